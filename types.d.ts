/**
 * What the scripts of the site share: each is a classic script that adds to `window` what others use. Types of a parameter
 * that stand nowhere are not asked for (noImplicitAny is off); what crosses a file is typed here.
 */

/** A value that a message holds, or an attribute. */
type Word = string | number | boolean | null | undefined;
type Child = Node | string | false | null | undefined | Child[];
type State = "ok" | "warn" | "bad" | "info";

/** Line and column from 1, in characters. */
interface Place {
  line: number;
  column?: number | null;
}

interface Finding {
  id: string;
  severity: "error" | "warning" | "info";
  message: string;
  line: number | null;
  column: number | null;
  cure: string;
  sources: string[];
}

interface CheckReport {
  findings: Finding[];
  verdict: "valid" | "warning" | "invalid";
  activation: string;
  text?: string | null;
}

/** Content of a file: typed, read, or too long to be read, when its length alone is known. */
type Content = string | Uint8Array | { length: number };

/** What a script builds: the file, or why there is none. */
interface Made {
  file?: string;
  text?: string;
  bytes?: BlobPart;
  report?: CheckReport;
  notes?: string[];
  refused?: string;
}

/** Every script reads what Python put into the page as JSON: what it holds is known to the macro that wrote it. */
// deno-lint-ignore no-explicit-any
type Data = any;

interface XmlAttribute {
  name: string;
  value: string;
  offset: number;
}

interface XmlElement {
  name: string;
  offset: number;
  attributes: Map<string, XmlAttribute>;
  children: XmlElement[];
  readonly text: string;
  get(name: string): string | null;
  at(name: string): number;
  all(name: string): XmlElement[];
  walk(): Iterable<XmlElement>;
}

/** A file inside another text, and where its letters stand there. */
interface WrappedPart {
  text: string;
  at(index: number): number;
  where: string;
  start: number;
  end: number;
  /** Lines above it, which are empty in its text. */
  lead?: number;
}

interface Wrapped {
  parts: WrappedPart[];
  escaped: boolean;
  wrong: number | null;
}

interface Texts {
  BLANK: string;
  FILLED: RegExp;
  IS_BLANK: RegExp;
  Place: new (text: string, line: number, at: number, from?: number, base?: number) => Required<Place>;
  Unreadable: new (
    rule: string,
    values: Record<string, Word>,
    line?: number | null,
    column?: number | null,
    said?: Record<string, Word>,
  ) => Unread;
  decode(data: Content, most: number): string;
  first(text: string, most: number): string;
  length(text: string): number;
  lower(text: string): string;
  markOf(data: Content): string | false | undefined;
  mask(key: string): string;
  nearest(given: string, names: Iterable<string>, cutoff?: number): string | null;
  placesOf(text: string): (offset: number) => Required<Place>;
  quote(text: string): string;
  strip(text: string, blank?: RegExp): string;
  tooLarge(count: number, what: string): never;
  without(text: string, end: string): string;
}

/** Why a file was not read: a rule, its values and a place. */
interface Unread extends Error {
  rule: string;
  values: Record<string, Word>;
  line: number | null;
  column: number | null;
  said: Record<string, Word>;
}

interface Dom {
  button(text: string, action: (pressed: HTMLButtonElement) => unknown): HTMLButtonElement;
  copy(text: string, pressed: HTMLElement): Promise<boolean>;
  copySaying(text: string, pressed: HTMLElement, live: HTMLElement): Promise<void>;
  dataOf(id: string): Data;
  download(name: string, content: BlobPart, type?: string): void;
  element<Name extends keyof HTMLElementTagNameMap>(
    name: Name,
    attributes?: Record<string, Word>,
    ...children: Child[]
  ): HTMLElementTagNameMap[Name];
  fill(template: string, values: Record<string, Word>): string;
  grown(tree: Data, written: (key: string, value: string) => Word): Child;
  hidden(text: string): HTMLElement;
  isOutput(text: string): boolean;
  later(pause: number): (action: () => void) => void;
  liveRegion(): HTMLElement;
  load(addresses: string[]): Promise<unknown>;
  /** The address of a script or a worker of this site, as a strict policy lets it be used. Throws for any other. */
  scriptAddress(address: string): string;
  number(value: number): string;
  part<Name extends keyof HTMLElementTagNameMap>(selector: Name, within?: ParentNode): HTMLElementTagNameMap[Name];
  part(selector: string, within?: ParentNode): HTMLElement;
  reveal(): void;
  showForm(form: HTMLFormElement): void;
  takeTexts(input: HTMLInputElement): void;
  /** How many of some sorted numbers are at most `number`. */
  upTo(sorted: number[], number: number): number;
}

/** A form whose controls are known to the macro that wrote it, by their names. */
interface Form extends HTMLFormElement {
  // deno-lint-ignore no-explicit-any
  readonly elements: HTMLFormControlsCollection & any;
}

/** A box that shows the beginning of a long text and keeps the rest. */
interface Box {
  /** The whole text. */
  readonly text: string;
  /** Put a text in place of all that is there. */
  put(text: string): void;
  /** Put a text in place of what is selected, as a paste does, and tell whoever listens. */
  insert(text: string): void;
}

interface Findings {
  Refused: new (
    reason: string,
    values?: Record<string, Word>,
  ) => Error & { reason: string; values: Record<string, Word> };
  buildForm(form: Form, make: () => Made): () => void;
  checkForm(form: Form, validate: (content: Content) => CheckReport): void;
  encodingProblems(data: Content, text: string, isUnmarked?: boolean): Finding[];
  findingOf(
    id: string,
    place?: Partial<Place> | null,
    given?: Record<string, Word>,
    said?: Record<string, Word>,
  ): Finding;
  list(report: CheckReport): HTMLElement;
  listing(report: CheckReport, before?: string): HTMLElement;
  recognize(text: string, isFirst: boolean): Finding | null;
  report(found: Finding[], activation: string, text?: string | null): CheckReport;
  reportOn(
    take: () => string,
    judge: (text: string) => { found: Finding[]; activation: string },
    otherwise?: string,
  ): CheckReport;
}

interface Window {
  /** What browsers with trusted types have; the address that comes out stands for a text. */
  trustedTypes?: {
    createPolicy(
      name: string,
      rules: { createScriptURL(address: string): string },
    ): { createScriptURL(address: string): string };
  };
  /** What the theme keeps in this browser, by name. */
  __md_get(name: string): Data;
  vagDom: Dom;
  /** Files of data that the page asked for, by name. */
  vagFiles: Record<string, Data>;
  vagKeys: {
    isPublished(key: string): boolean;
    masked(text: string): string;
    pieces(text: string): Set<string>;
    without(text: string, hidden: Set<string>): string;
  };
  vagForms: (
    clean: Data,
    plain: (line: string) => string,
    knows: (label: string) => boolean,
  ) => (lines: string[]) => { parts: string[]; isRow?: boolean; isOpen?: boolean; isHead?: boolean }[];
  vagPercent: (share: number) => string;
  vagShares: Data;
  vagStarts: Data;
  vagText: Texts;
  vagWrapped: {
    bare(text: string, root: string): number | null;
    find(text: string, root: string): Wrapped | null;
    judged(
      text: string,
      found: Wrapped,
      findingOf: Findings["findingOf"],
      judge: (part: WrappedPart) => CheckReport,
    ): { found: Finding[]; activation: string };
    lifted(
      text: string,
      fits: (part: string) => boolean,
      begins: RegExp | null,
      holds: RegExp | null,
    ): Wrapped | null;
  };
  vagDrawn: {
    /** A fragment that Python drew once, its slots filled; gives the element, or a fragment of several. */
    cloned(name: string, slots: Data): Data;
    status(state: State, ...content: Child[]): HTMLElement;
  };
  vagXml: { NOT_XML: RegExp; readXml(text: string, known: Data): XmlElement };
  vagFindings(data: Data): Findings;
  /* What the scripts of one page share among themselves, and what tests call. */
  vagBuild: Data;
  vagBoxes: Data;
  vagClients: Data;
  vagCodes: Data;
  vagPageMarkdown: Data;
  vagProof: Data;
  vagSearch: Data;
  vagSearchIndex: Data;
  vagTextKinds: Data;
  vagTextBox: {
    hand(text: string): void;
    takeFiles(form: Form, open: (file: File) => unknown, most: number): Box;
  };
  lunr: Data;
  vagConditions: Data;
  vagDecision: Data;
  vagDiagnosis: Data;
  vagDns: Data;
  vagFleet: Data;
  vagKept: Data;
  vagOdt: Data;
  vagNames: Data;
  vagOrganization: Data;
  vagTable: Data;
  vagOwnFiles: Data;
  vagRecords: Data;
  vagParts: Data;
  vagPlan: Data;
  vagPoints: Data;
  vagReading: Data;
  vagRecordChanges: Data;
  vagReport: Data;
  vagSheet: Data;
  vagToday: Data;
  vagWorksheet: Data;
  vagYaml: Data;
}

interface BatchWord {
  text: string;
  place: Place;
  /** Whether it stands there as it will be, without a variable of unknown value. */
  literal: boolean;
}

/** A product of a pasted output, while it is read. */
interface Entry {
  slots: Record<string, Data>;
  lines: Record<string, number>;
  level: string;
  todo?: string;
}

/** A record or directive of a zone file. */
interface ZoneEntry {
  place: Place;
  indented: boolean;
  words: Data[];
  wrong: string;
}
