import { copyJson, isJsonObject, type JsonObject, type JsonValue } from '../json.js'

/** A few of the values that the service provides; the real document is longer and changes without notice. */
const DEFAULT_SETTINGS: JsonObject = {
  categories: {
    auth: { authMethodOrder: [[{ display: 'BUTTON', type: 'FEDERATED' }, { type: 'USERNAME_PASSWORD' }]] },
    form: { displayGraphics: true, sessionTimerDisplay: 'NONE', languageSelector: { enabled: false } },
    global: { colorSchemeMode: 'LIGHT', spacingDensity: 'REGULAR', pageHeader: { enabled: false } },
  },
  componentClasses: { buttons: { borderRadius: 8 }, input: { borderRadius: 8 } },
  components: { form: { borderRadius: 8 }, pageBackground: { image: { enabled: true } } },
}

/** The image that the service provides for any style without its own. */
const DEFAULT_ASSETS: readonly JsonObject[] = [
  {
    Category: 'PAGE_BACKGROUND',
    ColorMode: 'LIGHT',
    Extension: 'SVG',
    Bytes: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64'),
  },
]

/** A style with the provided values where it has none of its own. */
export function mergeWithDefaults(body: JsonObject): JsonObject {
  const own = Array.isArray(body.Assets) ? body.Assets.filter(isJsonObject) : []
  const provided = DEFAULT_ASSETS.filter(
    (asset) =>
      !own.some(({ Category, ColorMode }) => Category === asset.Category && ColorMode === asset.ColorMode),
  )
  return {
    ...copyJson(body),
    Settings: merge(DEFAULT_SETTINGS, body.Settings),
    Assets: copyJson([...own, ...provided]),
  }
}

/** Objects are merged by member; anything else replaces. */
function merge(provided: JsonValue, own: JsonValue | undefined): JsonValue {
  if (own === undefined) return copyJson(provided)
  if (!isJsonObject(provided) || !isJsonObject(own)) return copyJson(own)
  const merged: JsonObject = copyJson(provided)
  for (const [name, value] of Object.entries(own)) {
    if (value !== undefined) merged[name] = merge(provided[name] ?? null, value)
  }
  return merged
}
