/** One shape of the API model, with the constraints that the service states for it. */
export interface Shape {
  readonly type: string
  readonly members?: Readonly<Record<string, string>>
  readonly required?: readonly string[]
  readonly member?: string
  readonly key?: string
  readonly value?: string
  readonly min?: number
  readonly max?: number
  readonly pattern?: string
  readonly enum?: readonly string[]
  readonly sensitive?: boolean
}

/** One operation of the API model. */
export interface OperationModel {
  readonly input: string
  readonly output?: string
  readonly errors: readonly string[]
  /** `none` where the service takes unsigned requests. */
  readonly authtype?: string
}

/** The API of one service: its operations and shapes. */
export interface ApiModel {
  readonly operations: Readonly<Record<string, OperationModel>>
  readonly shapes: Readonly<Record<string, Shape>>
  readonly targetPrefix: string
}
