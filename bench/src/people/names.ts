/** What people are called, and how that is written in an address. */
export const GIVEN_NAMES: readonly (readonly [name: string, ascii: string])[] = [
  ...plain(
    'Ann Aaron Amir Amelia Bob Beatriz Carla Chen Chloe Daniel David Deepa Elena Emily Emma Eric Fatima Felix Finn Gabriel',
  ),
  ...plain(
    'Grace Hannah Hiroshi Ibrahim Ida Ivan Jack James Jin Julia Kofi Laura Leon Liam Linda Lucas Maria Mark Mary Mehmet',
  ),
  ...plain(
    'Mia Mohamed Nadia Nina Noah Nora Olga Oliver Omar Patricia Paul Peter Priya Rahul Robert Rosa Samuel Sara Sofia Thomas',
  ),
  ...plain('Tomasz Victor Wei William Yuki Zainab'),
  ['André', 'andre'],
  ['Chloé', 'chloe'],
  ['Jürgen', 'juergen'],
  ['José', 'jose'],
  ['Łukasz', 'lukasz'],
  ['Søren', 'soren'],
  ['Zoë', 'zoe'],
  ['Ольга', 'olga'],
  ['美咲', 'misaki'],
  ['民俊', 'minjun'],
]

export const FAMILY_NAMES: readonly (readonly [name: string, ascii: string])[] = [
  ...plain(
    'Smith Jones Taylor Brown Williams Wilson Johnson Davies Miller Moore Anderson Clark Lewis Walker Hall Young King Wright',
  ),
  ...plain(
    'Lopez Hill Scott Green Adams Baker Nelson Carter Mitchell Roberts Turner Phillips Campbell Parker Evans Edwards Collins',
  ),
  ...plain(
    'Rossi Russo Ferrari Bianchi Romano Silva Santos Costa Pereira Kowalski Nowak Novak Horvat Ivanov Petrov Singh Kumar',
  ),
  ...plain(
    'Sharma Patel Khan Ali Ahmed Hassan Wang Li Zhang Chen Liu Kim Park Lee Tanaka Suzuki Sato Nguyen Tran Schmidt',
  ),
  ...plain(
    'Schneider Fischer Weber Meyer Wagner Becker Dubois Moreau Laurent Bernard Jansen Bakker Okafor Mensah',
  ),
  ["O'Neill", 'oneill'],
  ['García', 'garcia'],
  ['Müller', 'mueller'],
  ['Núñez', 'nunez'],
  ['Çelik', 'celik'],
  ['Sørensen', 'sorensen'],
  ['Иванова', 'ivanova'],
  ['佐藤', 'sato'],
]

/** The first half by far the most common. */
export const MAIL_DOMAINS: readonly string[] =
  'gmail.example mail.example outlook.example yahoo.example icloud.example web.example post.example uni.example company.example shop.example'.split(
    ' ',
  )

/** Where people are: a language, a time zone, what their phone numbers begin with, and how many digits follow. */
export const PLACES: readonly (readonly [locale: string, zone: string, prefix: string, digits: number])[] = [
  ['en-US', 'America/New_York', '+1', 10],
  ['en-US', 'America/Los_Angeles', '+1', 10],
  ['en-GB', 'Europe/London', '+447', 9],
  ['de-DE', 'Europe/Berlin', '+4915', 9],
  ['fr-FR', 'Europe/Paris', '+336', 8],
  ['es-ES', 'Europe/Madrid', '+346', 8],
  ['it-IT', 'Europe/Rome', '+393', 9],
  ['pl-PL', 'Europe/Warsaw', '+485', 8],
  ['pt-BR', 'America/Sao_Paulo', '+55119', 8],
  ['hi-IN', 'Asia/Kolkata', '+919', 9],
  ['ja-JP', 'Asia/Tokyo', '+8190', 8],
]

function plain(names: string): (readonly [string, string])[] {
  return names.split(' ').map((name) => [name, name.toLowerCase()] as const)
}
