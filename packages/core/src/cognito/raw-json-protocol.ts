import { AwsJson1_1Protocol } from '@aws-sdk/core/protocols'

type Serialize = AwsJson1_1Protocol['serializeRequest']
type Deserialize = AwsJson1_1Protocol['deserializeResponse']

/**
 * AWS JSON 1.1 with the bodies left alone: the SDK signs, resolves endpoints and parses errors, while request and answer pass
 * as they are, because its serialisers drop the fields that they do not know. The answer's members are those of the
 * body, beside `$metadata` and the `Date` header as `$date`.
 */
export class RawJsonProtocol extends AwsJson1_1Protocol {
  override async serializeRequest(
    operation: Parameters<Serialize>[0],
    input: Parameters<Serialize>[1],
    context: Parameters<Serialize>[2],
  ): ReturnType<Serialize> {
    const request = await super.serializeRequest(operation, {}, context)
    request.body = JSON.stringify(input)
    return request
  }

  override async deserializeResponse(
    operation: Parameters<Deserialize>[0],
    context: Parameters<Deserialize>[1],
    response: Parameters<Deserialize>[2],
  ): Promise<never> {
    if (response.statusCode >= 300) return super.deserializeResponse<never>(operation, context, response)
    const text = Buffer.from(await context.streamCollector(response.body as never)).toString('utf8')
    const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
    return Object.assign(body, {
      $metadata: this.deserializeMetadata(response),
      $date: response.headers['date'] ?? response.headers['Date'],
    }) as never
  }
}
