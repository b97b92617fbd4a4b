import type { Construct } from 'constructs'
import { acknowledgeRules } from '../acknowledged-rules'
import type { Settings } from '../settings'
import { addAlarms } from './alarms'
import { addDashboard } from './dashboard'
import { addFunctions } from './functions'
import { addMachines, type Machines } from './machines'
import { addTopic } from './notifications'
import { addSchedules } from './schedules'
import { addStorage, type Storage } from './storage'

/** What was made, for whoever goes on with it. */
export interface Built extends Storage {
  readonly topicArn: string
  readonly machines: Machines
}

/** Makes all of it in `scope`. */
export function build(scope: Construct, settings: Settings): Built {
  const storage = addStorage(scope, settings)
  const topicArn = addTopic(scope, settings, storage.keyArn)
  const functions = addFunctions(scope, settings, { ...storage, topicArn })
  const machines = addMachines(scope, settings, functions)
  const notStarted = addSchedules(scope, settings, machines, functions)
  const alarms = addAlarms(scope, settings, topicArn, machines, functions, notStarted)
  addDashboard(scope, settings, alarms)
  acknowledgeRules(scope, settings)
  return { ...storage, topicArn, machines }
}
