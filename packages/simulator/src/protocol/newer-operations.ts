import type { OperationModel, Shape } from './api-shapes.js'

/** Operations that the service has and the published constraints do not hold yet, as the reference states them. */
export const newerOperations: Readonly<Record<string, OperationModel>> = {
  GetUserPoolSessionConfiguration: {
    input: 'GetUserPoolSessionConfigurationRequest',
    errors: ['InvalidParameterException', 'ResourceNotFoundException', 'TooManyRequestsException'],
  },
  SetUserPoolSessionConfiguration: {
    input: 'SetUserPoolSessionConfigurationRequest',
    errors: [
      'FeatureUnavailableInTierException',
      'InvalidParameterException',
      'ResourceNotFoundException',
      'TooManyRequestsException',
    ],
  },
  GetUserPoolClientSessionConfiguration: {
    input: 'GetUserPoolClientSessionConfigurationRequest',
    errors: ['InvalidParameterException', 'ResourceNotFoundException', 'TooManyRequestsException'],
  },
  SetUserPoolClientSessionConfiguration: {
    input: 'SetUserPoolClientSessionConfigurationRequest',
    errors: [
      'FeatureUnavailableInTierException',
      'InvalidParameterException',
      'ResourceNotFoundException',
      'TooManyRequestsException',
    ],
  },
}

/** Their shapes; those that they share with older operations are the model's. */
export const newerShapes: Readonly<Record<string, Shape>> = {
  GetUserPoolSessionConfigurationRequest: {
    type: 'structure',
    members: { UserPoolId: 'UserPoolIdType' },
    required: ['UserPoolId'],
  },
  SetUserPoolSessionConfigurationRequest: {
    type: 'structure',
    members: {
      UserPoolId: 'UserPoolIdType',
      UserSessionTracking: 'UserSessionTrackingType',
      TokenSession: 'UserPoolTokenSessionConfigType',
    },
    required: ['UserPoolId', 'UserSessionTracking', 'TokenSession'],
  },
  UserSessionTrackingType: { type: 'string', enum: ['ENABLED', 'DISABLED'] },
  UserPoolTokenSessionConfigType: {
    type: 'structure',
    members: { MaxPerUser: 'MaxPerUserType' },
    required: ['MaxPerUser'],
  },
  MaxPerUserType: { type: 'integer', min: 1, max: 100 },
  GetUserPoolClientSessionConfigurationRequest: {
    type: 'structure',
    members: { UserPoolId: 'UserPoolIdType', ClientId: 'ClientIdType' },
    required: ['UserPoolId', 'ClientId'],
  },
  SetUserPoolClientSessionConfigurationRequest: {
    type: 'structure',
    members: {
      UserPoolId: 'UserPoolIdType',
      ClientId: 'ClientIdType',
      SSOSession: 'ClientSSOSessionConfigType',
    },
    required: ['UserPoolId', 'ClientId', 'SSOSession'],
  },
  ClientSSOSessionConfigType: {
    type: 'structure',
    members: { MaxValidityMinutes: 'MaxValidityMinutesType' },
    required: ['MaxValidityMinutes'],
  },
  MaxValidityMinutesType: { type: 'integer', min: 0, max: 129_600 },
}
