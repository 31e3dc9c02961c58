/** Women's names as they are common among adults in Sweden, the most frequent first; drawn with falling weight. */
const WOMEN =
  'Anna Maria Margareta Elisabeth Eva Kristina Birgitta Karin Emma Sara Lena Ingrid Johanna Linnéa Sofia Marie Jenny ' +
  'Hanna Ida Elin Malin Julia Frida Camilla Ulrika Åsa Katarina Cecilia Matilda Therese Moa Ebba Alva Klara Saga Wilma ' +
  'Tuva Signe Märta Agnes Astrid Elsa Maja Alice Anna-Karin Ann-Sofie Eva-Lena Fatima Leila Amina Zahra Hiba Agnieszka ' +
  'Katarzyna Tuula Päivi Thi Samira Jasmina Olena';

/** Men's names, likewise. */
const MEN =
  'Lars Mikael Anders Johan Erik Per Karl Peter Thomas Jan Fredrik Daniel Mattias Magnus Andreas Stefan Nils Gustav Jonas ' +
  'Henrik Martin Oskar Viktor Niklas Simon Emil Sebastian Axel Albin Filip Anton Rasmus Joakim Björn Håkan Göran Åke ' +
  'Torbjörn Elias Hugo Ludvig Viggo Sixten Folke Lars-Erik Jan-Olof Karl-Johan Mohammed Ahmad Ali Omar Amir Reza Goran ' +
  'Aleksandar Piotr Jussi Mikko Yonas Tariq';

/** Family names, the most frequent first. */
const FAMILIES =
  'Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Pettersson Jonsson Jansson ' +
  'Hansson Bengtsson Jönsson Lindberg Jakobsson Magnusson Olofsson Lindström Lindqvist Lindgren Berg Axelsson Bergström ' +
  'Lundberg Lind Lundgren Lundqvist Mattsson Berglund Fredriksson Sandberg Henriksson Forsberg Sjöberg Wallin Ali Engström ' +
  'Eklund Danielsson Lundin Håkansson Björk Bergman Gunnarsson Holm Wikström Samuelsson Isaksson Fransson Bergqvist ' +
  'Nyström Holmberg Arvidsson Löfgren Söderberg Nyberg Blomqvist Mohamed Claesson Nordström Mårtensson Lundström Hassan ' +
  'Eliasson Pålsson Viklund Björklund Berggren Sandström Nordin Ström Åberg Hermansson Ekström Falk Holmgren Dahlberg ' +
  'Hellström Hedlund Sundberg Sjögren Ek Blom Abrahamsson Martinsson Öberg Andreasson Strömberg Månsson Åkesson Hansen ' +
  'Norberg Dahl Lindholm Sundström Åström Stenberg Granath Rask Modig Kvist Frisk Utas Hägglund Sarri Blind Niemi ' +
  'Korhonen Nowak Kowalska Nguyen Hosseini Haddad Kovačević Petrović Tesfaye Yılmaz Kaya Rahimi Sørensen';

/** Towns with their shares of the members: the big ones by size, the mountain towns well above theirs. */
const TOWNS: readonly (readonly [name: string, weight: number])[] = [
  ['Stockholm', 20],
  ['Göteborg', 12],
  ['Malmö', 6],
  ['Uppsala', 6],
  ['Umeå', 6],
  ['Östersund', 6],
  ['Sundsvall', 4],
  ['Luleå', 4],
  ['Linköping', 4],
  ['Örebro', 4],
  ['Västerås', 3],
  ['Gävle', 3],
  ['Falun', 3],
  ['Karlstad', 3],
  ['Jönköping', 3],
  ['Norrköping', 2],
  ['Lund', 2],
  ['Helsingborg', 2],
  ['Kiruna', 2],
  ['Åre', 2],
  ['Mora', 2],
  ['Visby', 1],
  ['Växjö', 1],
  ['Halmstad', 1],
];

export const womenNames: readonly string[] = WOMEN.split(' ');
export const menNames: readonly string[] = MEN.split(' ');
export const familyNames: readonly string[] = FAMILIES.split(' ');
export const townNames: readonly string[] = TOWNS.map(([name]) => name);
export const townWeights: readonly number[] = TOWNS.map(([, weight]) => weight);

/** Weights that fall as names do in a population register: the tenth name about a quarter as common as the first. */
export function fallingWeights(count: number): number[] {
  return Array.from({ length: count }, (_, index) => 1 / (index + 3));
}

/** A name as it stands in an e-mail address: lower-case ASCII letters, digits and hyphens only. */
export function addressPart(name: string): string {
  return name
    .toLowerCase()
    .replaceAll('ø', 'o')
    .replaceAll('ı', 'i')
    .normalize('NFD')
    .replaceAll(/[^a-z0-9-]/g, '');
}
