/** Shared types of the panel: the answers of the operations (docs/operations.md), the part of PluginApi we use, and our one global. */
import type * as ReactNS from "react";

declare global {
  type Fix = "set_up" | "set_up_pack" | "update_gallery" | "build_gallery" | "validate_sites" | "identify_new" | "rematch" | "calibrate" | "self_test" | "find_suggestions" | "remove_tags";
  type Kind = "scene" | "image";
  /** Who is on the scene or image, as the page shows it; unknown where another plugin has dropped it. */
  type Cast = { id: string; name: string }[] | undefined;
  interface Problem { code: string; message: string; fix: Fix | null }
  interface Identity {
    person_id: string; name: string; disambiguation: string | null; performer_id: string | null;
    stash_ids?: { endpoint: string; stash_id: string }[]; crop: string | null;
  }
  /** As much of somebody as tells where they are known from. */
  type Stranger = Pick<Identity, "performer_id" | "stash_ids">;
  interface Candidate extends Identity { probability: number; score: number; references: number }
  /** Somebody with a name: a candidate, or whom the user named although the faces did not suggest it. */
  type Who = Identity & Partial<Candidate>;
  /** Somebody found by name; without person_id and performer_id: a performer to be created. */
  type Found = Omit<Identity, "person_id"> & { person_id: string | null };
  interface Person {
    track_id: string; verdict: "suggested" | "accepted" | "rejected" | "unknown" | "insufficient"; why: string;
    crop: string | null; faces: number; best_time_s: number | null; segments: [number, number][]; quality: number;
    candidates: Candidate[];
    /** Who it is, once accepted. */
    person: Identity | null;
    /** The latest decision that can be undone. */
    decision_id: string | null;
    decided_by: "user" | "auto" | null;
    /** Where else somebody without a name is seen. */
    elsewhere?: { group_id: string; scenes: number; images: number } | null;
  }
  interface CastMember { performer_id: string; name: string; seen: boolean; reason: string | null }
  /** Answer of `scene` and `image` (design §10). */
  interface Faces {
    scene_id?: string; image_id?: string;
    state: "not_analysed" | "queued" | "running" | "analysed" | "no_faces" | "failed";
    message: string | null; analysed_at: string | null; progress?: number | null;
    sampled: { frames: number; faces: number; unusable: number } | null;
    people: Person[]; cast: CastMember[];
    /** What stands in the way; absent: ask `status`. */
    problems?: Problem[];
    /** The task that would help after state "failed". */
    fix?: Fix | null;
  }
  interface Run {
    run_id: string; kind: string; state: "running" | "finished" | "failed"; started_at: string; finished_at: string | null;
    done: number; total: number; failed: number; message: string | null;
  }
  interface Status {
    version: string;
    python: { version: string; executable: string; start_ms: number | null };
    dependencies: { ok: boolean; runtime: string | null; packages: Record<string, string>; message: string | null };
    pack: { name: string; revision: string | null; ok: boolean; message: string | null; provisional: boolean };
    packs: ModelPack[];
    gallery: { people: number; references: number; set_aside?: number; performers: number | null; performers_without: number | null; build: number; updated_at: string | null; without?: Amiss[] };
    queue: { waiting: number; job_id: string | null };
    runs: Run[]; problems: Problem[];
    sources: GallerySource[]; packages: GalleryPackage[]; outdated: Amiss[];
  }
  /** A model pack that can be chosen. terms: what has to be accepted first. provisional: its thresholds have not been measured. */
  interface ModelPack {
    name: string; revision: string; licence: string; terms: string | null; terms_url: string | null; provisional: boolean;
    size_bytes: number; ready: boolean; runs_here: boolean; chosen: boolean; in_use: boolean;
  }
  /** Whose faces are learned from stash-boxes. */
  type Scope = "linked" | "costars" | "all";
  /** What was learned from one stash-box. rejected: pictures and faces that were not used, by reason. */
  interface GallerySource {
    endpoint: string; host: string; name: string; people: number; faces: number; waiting: number; rejected: Record<string, number>;
    scope: Scope | null; statement: string | null; built_at: string | null; message: string | null; next_step: string | null;
  }
  interface GalleryPackage {
    name: string; build_id: string; people: number; faces: number; activated_at: string; can_roll_back: boolean;
    sources: { name: string; host: string }[]; problem: string | null;
  }
  /** A face that somebody is recognised by. said: the user has put it there. beside: the person's best one, next to what is set aside. */
  interface Reference {
    reference_id: string; person_id: string; performer_id: string | null; name: string;
    origin: "performer" | "image" | "scene" | "stash-box" | "confirmed" | "site"; title: string | null; scene_id: string | null; image_id: string | null; address: string | null;
    state: "used" | "set_aside" | "spare"; said: boolean; why: string; quality: number; crop: string | null; beside: string | null;
  }
  interface TestRow { key: string; title: string; level: "ok" | "warning" | "failed"; text: string; fix: Fix | null }
  /** Answer of `self_test_report`; at is null before the first one. */
  interface SelfTest {
    at: string | null; rows: TestRow[];
    speed: { scenes: number; seconds: number; stages: Record<string, number>; frames: number; faces_per_frame: number; with_faces: number; people: number; named: number } | null;
    references: { performers: number; groups: { references: string; people: number; recall: number | null }[]; measured: boolean; expected_recall: number | null } | null;
    estimate: { scenes: number; low_h: number; high_h: number; text: string } | null;
  }
  interface StashBox { name: string; endpoint: string }
  interface Amiss { performer_id: string | null; name: string; reason: string }
  interface ReliabilityBin { stated: number; right: number; names: number }
  interface Reliability { error: number; loss: number; bins: ReliabilityBin[] }
  interface CurvePoint { bound: number; precision: number; recall: number; names: number }
  /** A bound that may be promised. value: per cent. low: confidence bound of the precision. current: what the setting says. */
  interface Proposal { key: "review_from" | "auto_accept"; value: number; current: number; precision: number; low: number; names: number }
  interface CheckCast { scene_id: string; title: string; kind: "missing" | "not_seen"; performer_id: string; name: string; probability: number; frames: number; both: boolean }
  interface Counts { scenes: number; right: number; wrong: number }
  /** Answer of `calibration`. What depends on enough names is absent without them. */
  interface CalibrationFigures extends Partial<Counts> {
    state: "never" | "too_few" | "pack" | "adjusted" | "reset"; at: string | null; pack: string | null; in_use: boolean; note: string | null; to_rematch: number;
    tracks?: number; said?: number; left_out?: Record<string, number>; needed?: Counts; wanted?: number; noise?: number;
    before?: Reliability; after?: Reliability; curve?: CurvePoint[]; proposals: Proposal[]; check_cast?: CheckCast[]; check_cast_total?: number;
  }
  interface SettingValue {
    key: string; title: string; kind: "BOOLEAN" | "NUMBER" | "STRING"; value: boolean | number | string; default: boolean | number | string;
    bounds: [number, number] | null; choices: string[]; help: string;
  }
  interface Job { id: string; status: string; description: string; progress: number | null; error?: string | null }
  interface JobEvent { type: "ADD" | "UPDATE" | "REMOVE"; job: Job }
  /** One of our tasks as in stash-sense.yml. */
  interface TaskInfo { mode: Fix; name: string; description: string; ask?: string }
  /** What runPluginTask is asked for: a task of the yml by name, or no name and arguments. */
  interface Start { name?: string; description: string; args?: Record<string, unknown> }
  interface Watch { job: Job | null; busy: boolean; start: () => Promise<void>; stop: () => Promise<void>; error: string | null }
  /** busy: it is being asked. load: asks again; the fresh answer, or null if there is none or nobody waits for it. put: changes it by what came another way. */
  interface Answered<T> { answer: T | null; error: string | null; busy: boolean; load: () => Promise<T | null>; put: (update: (before: T | null) => T | null) => void }
  /** The last decision on a track, to be shown in its card. */
  interface Note { text: string; decisionId: string | null }
  type Decision = { track_id: string; action: "accept" | "reject" | "assign"; person_id?: string; performer_id?: string; name?: string };
  /** What the cards of people tell and ask for; all by track. The promises: whether it went well. */
  interface Deciding {
    pending: Record<string, boolean>; notes: Record<string, Note>; errors: Record<string, string>;
    decide: (decision: Decision, text: string) => Promise<boolean>; undo: (track: string, decisionId: string) => Promise<boolean>;
  }
  interface Decisions extends Deciding {
    said: string; say: (text: string) => void;
    /** Takes back what was decided last; whose track that was, null if there is nothing. */
    undoLast: () => Promise<string | null>;
    /** Forgets what was decided here: everything has been read anew. */
    clear: () => void;
  }
  interface FacesModel extends Deciding {
    faces: Faces | null; error: string | null; problems: Problem[]; outcome: string | null; loading: boolean; said: string; watch: Watch;
    load: () => Promise<void>;
  }
  interface CardProps {
    kind: Kind; person: Person; model: Deciding; seek: ((seconds: number) => void) | null; locked: boolean;
    onEnlarge: (pair: Pair) => void; onSearch: (person: Person) => void;
  }
  /** A scene or an image. */
  interface Place { scene_id?: string | null; image_id?: string | null }
  /** A face of an unknown person: of a scene or of an image. */
  interface UnknownFace { track_id: string; scene_id?: string; image_id?: string; crop: string | null; faces: number; quality: number; best_time_s: number | null }
  /** Somebody without a name; the counts are of scenes, pictures and faces that have none yet. */
  interface UnknownCounts { group_id: string; ignored: boolean; scenes: number; images: number; tracks: number; faces: number }
  interface UnknownGroup extends UnknownCounts { crops: UnknownFace[]; scene_ids: string[]; image_ids: string[] }
  interface UnknownPerson extends UnknownCounts {
    page: number; per_page: number; members: UnknownFace[];
    suggestions: (Identity & { probability: number | null; score: number | null; tracks: number })[];
  }
  interface Batch {
    batch_id: string; at: string; what: string; state: "waiting" | "done" | "undoing" | "undone"; total: number; done: number; failed: number;
    person_id: string | null; group_id: string | null; notes: { scene_id?: string; image_id?: string; message: string }[];
  }
  /** Answer of `unknown_people`. */
  interface UnknownPage { total: number; page: number; per_page: number; ignored: number; items: UnknownGroup[]; batches: Batch[] }
  /** What naming somebody will change. */
  interface Plan {
    who: string; person_id: string | null; performer_id: string | null; creates: boolean; sentence: string; counts: Record<string, number>;
    changes: { scene_id?: string; image_id?: string; change: "add" | "has" | "ruled_out" | "gone" }[]; track_ids: string[];
  }
  /** A name that waits for its preview. track_ids: only these faces. */
  interface Asked { group_id: string; found: Found; track_ids?: string[] }
  /** What was done about a group on this page. */
  interface GroupNote { text: string; batch?: Batch; ignored?: boolean; failed?: boolean }
  interface UnknownModel {
    list: UnknownPage | null; error: string | null; said: string; done: Record<string, GroupNote>;
    load: (keep?: boolean) => Promise<void>; note: (group: string, note: GroupNote | null) => void; ignore: (group: string, ignored: boolean) => Promise<void>;
    /** A large batch was stored here and waits for its task. */
    stored: (batch: Batch) => void;
    /** Whether this batch was stored here and has not been started yet: true once. */
    claim: (batchId: string) => boolean;
  }
  /** A scene or image in which people wait for review. decided, unsure: how many others there are in it. */
  interface ReviewItem extends Place { analysed_at: string; people: Person[]; decided: number; unsure: number }
  /** Answer of `review`. total: scenes and pictures. from: the lowest probability in force. */
  interface ReviewList {
    total: number; people: number; page: number; per_page: number; from: number; items: ReviewItem[];
    performers: { person_id: string; name: string; performer_id: string | null; tracks: number }[];
  }
  /** What Stash itself says of a scene or image. */
  interface PlaceDetail { title: string; date: string | null; studio: { id: string; name: string } | null; picture: string | null }
  /** A person on the page. first: as the list brought them. person: as now. */
  interface ReviewRow { track: string; item: ReviewItem; first: Person; person: Person; waits: boolean }
  interface ReviewModel extends Decisions {
    list: ReviewList | null; error: string | null; busy: boolean; rows: ReviewRow[]; selected: string[];
    /** By ns.placeKey; null: not in Stash any more. */
    details: Record<string, PlaceDetail | null>;
    /** Who waits and in how many scenes and pictures, without what was decided here. gone: so many of this page are decided to the end. */
    people: number; places: number; gone: number;
    load: () => Promise<void>; select: (tracks: string[]) => void; stored: UnknownModel["stored"]; claim: UnknownModel["claim"];
  }
  type KeyAction = "next" | "previous" | "accept" | "reject" | "undo" | "select" | "open" | "help";
  interface ReviewKeys {
    root: ReactNS.RefObject<HTMLElement>; model: ReviewModel; locked: (row: ReviewRow) => boolean;
    onOpen: (row: ReviewRow) => void; onHelp: () => void; onTick: (track: string) => void;
  }
  /** Many decisions that wait for their preview: chosen ones, or everybody of whom something is true. */
  interface BulkAsked {
    action: "accept" | "reject"; items?: (Place & { track_id: string; person_id: string })[];
    where?: { min_probability: number } & Record<string, unknown>;
  }
  interface PlannedPerson { person_id: string; name: string; performer_id: string | null; creates: boolean; scenes: number; crop: string | null }
  interface BulkPlan { sentence: string; counts: Record<string, number>; people: PlannedPerson[]; items: (Place & { track_id: string; person_id: string })[] }
  /** One decision of the history, made by itself. can_undo: it stands and can be taken back. name: whom it is about. */
  interface DecisionEntry extends Place {
    decision_id: string; at: string; what: "accept" | "reject" | "assign" | "skip" | "undo"; by: "user" | "auto"; changes: string; can_undo: boolean;
    undone: boolean; name: string | null; performer_id: string | null;
  }
  /** Answer of `history`. */
  interface HistoryPage { total: number; page: number; per_page: number; items: (DecisionEntry | (Batch & { can_undo: boolean }))[] }
  /** Answer of `performer`. references: of the library, in use; elsewhere: faces in galleries. */
  interface PerformerFaces { performer_id: string; references: number; elsewhere: number; set_aside: number; waiting_scenes: number; waiting_images: number }
  /** As much of a scene as its card knows. */
  interface CardScene { id: string; tags: { id: string; name?: string }[] }
  interface ListOperation { text: string; onClick: () => void; isDisplayed?: () => boolean }
  /** What Stash hands to the operations of a list of scenes. */
  interface SceneListProps { hasSelection?: boolean; operations?: ListOperation[] }
  interface FindingSubject { kind: "performer" | "scene" | "image" | "unknown"; id: string; name: string; crop: string | null }
  interface FindingSide {
    performer_id: string; name: string; disambiguation: string | null; aliases: string[]; birth_date: string | null; country: string | null; gender: string | null;
    scenes: number; urls: number; stash_ids: number;
  }
  interface Finding {
    finding_id: string; rule: string; title: string; why: string; confidence: number; actions: string[]; subjects: FindingSubject[];
    /** As docs/rules.md says for each rule. */
    evidence: { points?: { kind: string; speaks_for: boolean; text: string }[]; performers?: FindingSide[] };
    state: "open" | "closed" | "dismissed"; reason: string | null; found_at: string; dismissed_at: string | null;
  }
  interface FindingPage { total: number; by_rule: Record<string, number>; page: number; per_page: number; items: Finding[] }
  /** What a card says after the user has said something. */
  interface FindingNote { text: string; failed?: boolean; dismissed?: boolean }
  interface ReviewTabProps { query: Record<string, string>; go: (changes: Record<string, string | null>, replace?: boolean) => void }
  interface ReviewTab { key: string; title: string; Panel: ReactNS.FC<ReviewTabProps> }
  /** What every person on the review page gets. hint: id of what a screen reader is told about the keys. */
  interface ReviewShared { locked: boolean; hint: string; onHere: (track: string) => void; onPick: (track: string) => void; onEnlarge: CardProps["onEnlarge"]; onSearch: CardProps["onSearch"] }
  interface Pair { crop: string | null; caption: string; reference: string | null; referenceCaption: string }

  type Shown = ReactNS.ReactNode;
  // Components of Stash and react-bootstrap come without types of ours: their props are theirs to check.
  type Foreign = ReactNS.ComponentType<any>;
  interface ApolloClient {
    mutate(o: object): Promise<{ data?: any }>;
    query(o: object): Promise<{ data?: any }>;
    subscribe(o: object): { subscribe(o: { next(r: any): void; error?(e: unknown): void }): { unsubscribe(): void } };
    refetchQueries(o: object): PromiseLike<unknown>;
    cache: { extract(): Record<string, unknown>; evict(o: object): boolean };
  }
  interface PluginApi {
    React: typeof ReactNS;
    GQL: Record<string, any>;
    components: Record<string, Foreign>;
    loadableComponents?: Record<string, () => Promise<unknown>>;
    libraries: {
      Bootstrap: Record<string, Foreign> & { Nav: Record<string, Foreign>; Tab: Record<string, Foreign>; Modal: Foreign & Record<string, Foreign>; Form: Foreign & Record<string, Foreign>; Dropdown: Foreign & Record<string, Foreign> };
      ReactRouterDOM: Record<string, Foreign>;
      Apollo: { gql(strings: TemplateStringsArray, ...parts: string[]): object };
      FontAwesomeSolid: Record<string, object>;
    };
    hooks: {
      useToast(): { success(text: string): void; error(error: unknown): void };
      useSettings(): { plugins: Record<string, Record<string, unknown>>; savePluginSettings(id: string, values: object): void };
    };
    utils: { StashService: { getClient(): ApolloClient }; loadComponents?: (parts: (() => Promise<unknown>)[]) => Promise<void>; InteractiveUtils?: { getPlayer?: () => { currentTime(s: number): void; play(): void } | undefined } };
    register?: { route?: (path: string, component: ReactNS.FC) => void };
    patch: Record<"before" | "instead" | "after", (name: string, patch: (...args: any[]) => unknown) => void>;
  }
  interface StashSenseNamespace {
    ID: string; TASKS: TaskInfo[];
    h: typeof ReactNS.createElement;
    format: {
      time(seconds: number): string; span(segment: [number, number]): string; percent(share: number): string;
      plural(count: number, one: string, many?: string): string; when(iso: string | null, now?: Date): string;
      summary(faces: Faces): string; place(place: Place): string; reasons(people: Person[]): string; named(person: Person): Who | null; sentence(text: string): string; person(name: string, extra: string | null): string; among(names: string[]): string | null;
      adds(who: { name: string; performer_id: string | null }, origin: string | null, kind: Kind | "group"): string; places(seen: { scenes: number; images: number }): string; bytes(count: number): string;
      runTitle(kind: string): string; runResult(run: Run): string; numberProblem(setting: SettingValue, text: string): string | null;
      explain(error: unknown): string; fixFor(text: string): Fix | null; safeImage(source: string | null): string | null; host(address: string): string;
    };
    api: {
      operation<T>(args: Record<string, unknown>): Promise<T>;
      startTask(start: Start): Promise<string>;
      jobQueue(): Promise<Job[]>; findJob(id: string): Promise<Job | null>; stopJob(id: string): Promise<void>;
      findPerformers(name: string): Promise<Found[]>; watchJobs(next: (event: JobEvent) => void): () => void; refresh(kind: Kind): void; forget(): void;
      stashBoxes(): Promise<StashBox[]>; places(wanted: Place[]): Promise<Record<string, PlaceDetail | null>>;
    };
    task(mode: Fix): TaskInfo;
    useAlive(): ReactNS.MutableRefObject<boolean>;
    useAnswer<T>(args: Record<string, unknown>, deps: unknown[]): Answered<T>;
    useJob(start: Start, onEnd: (job: Job) => void, onOther?: () => void): Watch;
    useOrigin(people: (Stranger | null)[]): (who: Stranger | null) => string | null;
    useOutcome(kind: string | undefined, runs: Run[] | undefined): { run: Run | null; began: () => void; ended: (job: Job) => void };
    failureOfLastRun(kind?: string): Promise<string>;
    useFaces(kind: Kind, id: string, cast: Cast): FacesModel;
    useDecisions(placeOf: (track: string) => Place, take: (track: string, faces: Faces) => void): Decisions;
    assignment(track: string, found: Found): Decision;
    review: {
      percent(min: string | undefined): number; args(query: Record<string, string>): Record<string, unknown>; where(query: Record<string, string>, list: ReviewList): BulkAsked["where"];
      title(place: Place, detail: PlaceDetail | null | undefined): string; waits(person: Person, note: Note | undefined): boolean;
      rows(list: ReviewList, changed: Record<string, Person>, notes: Record<string, Note>): ReviewRow[]; settled(rows: ReviewRow[]): number; onward(list: ReviewList, gone: number): number;
      counted(people: number, places: number, kind: string | undefined): string; label(row: ReviewRow, place: string): string;
      step(rows: ReviewRow[], track: string | null, step: 1 | -1, fits?: (row: ReviewRow) => boolean): ReviewRow | null;
    };
    useReview(query: Record<string, string>): ReviewModel;
    keyAction(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey" | "shiftKey" | "repeat" | "isComposing">, target: Pick<Element, "matches" | "closest"> | null): KeyAction | null;
    useKeys(act: (action: KeyAction) => boolean): void;
    useReviewKeys(keys: ReviewKeys): { here: string | null; setHere: (track: string) => void; focusFirst: () => void };
    useUnknown(page: number, ignored: boolean): UnknownModel;
    ruledOut(batch: Batch): boolean;
    batchStart(batch: Batch, mode: "decide_many" | "undo_many"): Start;
    PAGE: string; reviewTabs: ReviewTab[]; pageAt(query: Record<string, string>): string;
    ReviewPage: ReactNS.FC;
    ReviewPeople: ReactNS.FC<ReviewTabProps>;
    ReviewFilters: ReactNS.FC<ReviewTabProps & { list: ReviewList | null }>;
    ReviewItem: ReactNS.FC<ReviewShared & { item: ReviewItem; rows: ReviewRow[]; detail: PlaceDetail | null | undefined; here: string | null; stop: string; model: ReviewModel }>;
    ReviewPerson: ReactNS.FC<ReviewShared & { row: ReviewRow; title: string; kind: Kind; here: boolean; stop: boolean; picked: boolean; model: Deciding }>;
    ReviewSelection: ReactNS.FC<{ count: number; onAsk: (action: "accept" | "reject") => void; onClear: () => void }>;
    ReviewBatches: ReactNS.FC<{ ids: string[]; known: Record<string, Batch>; claim: UnknownModel["claim"]; onChange: (batch: Batch) => void; onHide: (id: string) => void }>;
    PlanDialog: ReactNS.FC<{ asked: BulkAsked | null; onDone: (batch: Batch) => void; onClose: () => void }>;
    KeysDialog: ReactNS.FC<{ open: boolean; onClose: () => void }>;
    Pages: ReactNS.FC<{ page: number; last: number; onPage: (page: number) => void }>;
    UnknownPeople: ReactNS.FC<ReviewTabProps>;
    History: ReactNS.FC<ReviewTabProps>;
    HistoryRow: ReactNS.FC<{ entry: DecisionEntry; title: string | null }>;
    When: ReactNS.FC<{ at: string }>;
    placeKey(place: Place): string; usePlaces(places: Place[]): Record<string, PlaceDetail | null>;
    NavItem: ReactNS.FC; ToolsEntry: ReactNS.FC;
    CardBadge: ReactNS.FC<{ scene: CardScene; selecting: boolean }>;
    intoPopovers(shown: Shown, sign: ReactNS.ReactElement): Shown;
    knownBy(faces: PerformerFaces): string;
    PerformerFaces: ReactNS.FC<{ performerId: string; fullWidth: boolean }>;
    useIdentifySelected(props: SceneListProps | undefined): { more: ListOperation; dialog: Shown };
    Suggestions: ReactNS.FC<ReviewTabProps>;
    RULES: { key: string; title: string; reasons: string[] }[];
    FindingCard: ReactNS.FC<{ finding: Finding }>;
    FindingSides: ReactNS.FC<{ finding: Finding; sides: FindingSide[] }>;
    SubjectLink: ReactNS.FC<{ subject: FindingSubject }>;
    UnknownCard: ReactNS.FC<{ group: UnknownGroup; model: UnknownModel; onOpen: (group: UnknownGroup) => void; onName: (group: UnknownGroup) => void }>;
    BatchLine: ReactNS.FC<{ batch: Batch; claim: UnknownModel["claim"]; onChange: (batch: Batch) => void }>;
    NamingDialog: ReactNS.FC<{ asked: Asked | null; onDone: (group: string, batch: Batch) => void; onClose: () => void }>;
    GroupDialog: ReactNS.FC<{ group: string; onName: (group: string, found: Found | null, tracks?: string[]) => void; onClose: () => void; onChange: () => void }>;
    Icon: ReactNS.FC<{ name: string; title?: string }>;
    Notice: ReactNS.FC<{ text: string; fix?: Fix | null; variant?: "danger" | "warning" | "secondary"; runs?: Run[]; onDone?: () => void; children?: Shown }>;
    placeAt(place: Place, seconds?: number | null): string;
    PlaceLink: ReactNS.FC<{ place: Place; seconds?: number | null; className?: string; title?: string }>;
    SetupRow: ReactNS.FC<{ ok: boolean; word: string; title: string; text: string; fix: Fix | null; variant: string; runs: Run[]; onDone: () => void }>;
    TaskButton: ReactNS.FC<{ mode: Fix; label?: string; variant?: string; runs?: Run[]; onDone?: (job: Job) => void }>;
    JobButton: ReactNS.FC<{
      start: Start; label: string; title: string; variant?: string; disabled?: boolean; ask?: { title?: string; text: Shown; yes: string; no: string; variant?: string };
      /** What the run is called in `runs`: then what came of it is told beside the button. */
      kind?: string; runs?: Run[]; onDone?: (job: Job) => void;
    }>;
    JobProgress: ReactNS.FC<{ job: Job | null; progress?: number | null; label: string; onStop?: () => void }>;
    Crop: ReactNS.FC<{ source: string | null; alt: string; small?: boolean }>;
    FacePair: ReactNS.FC<{ person: Person; candidate: Who | null; onEnlarge: (pair: Pair) => void }>;
    EnlargeDialog: ReactNS.FC<{ pair: Pair | null; onClose: () => void }>;
    TimeSpans: ReactNS.FC<{ person: Person; seek: ((seconds: number) => void) | null }>;
    PersonName: ReactNS.FC<{ name: string; extra: string | null; performerId: string | null; origin?: string | null }>;
    OtherCandidates: ReactNS.FC<{ candidates: Candidate[]; kind: Kind; locked: boolean; onPick: (candidate: Candidate) => void }>;
    EvidenceList: ReactNS.FC<{ person: Person; candidate: Who | null; kind: Kind }>;
    PersonMenu: ReactNS.FC<{ label: string; locked: boolean; named: boolean; candidate: Who | null; whyOpen: boolean; onWhy: () => void; onSearch: () => void }>;
    PersonActions: ReactNS.FC<{ kind: Kind; person: Person; candidate: Who | null; origin: string | null; model: Deciding; locked: boolean; onSearch: () => void }>;
    PersonCard: ReactNS.FC<CardProps>;
    InsufficientList: ReactNS.FC<Omit<CardProps, "person"> & { people: Person[] }>;
    CastLine: ReactNS.FC<{ cast: CastMember[]; kind: Kind }>;
    SearchDialog: ReactNS.FC<{ open: boolean; title: string; kind: Kind | "group"; onPick: (found: Found) => void; onClose: () => void }>;
    FacesPanel: ReactNS.FC<{ kind: Kind; id: string; seek: ((seconds: number) => void) | null; cast: Cast }>;
    FacesHeader: ReactNS.FC<{ kind: Kind; model: FacesModel }>;
    PeopleList: ReactNS.FC<{ kind: Kind; model: FacesModel; seek: ((seconds: number) => void) | null; locked: boolean }>;
    ScenePanel: ReactNS.FC<{ sceneId: string; seek?: (seconds: number) => void; cast: Cast }>;
    ImagePanel: ReactNS.FC<{ imageId: string; cast: Cast }>;
    FoldedPeople: ReactNS.FC<{ title: string; people: Amiss[] }>;
    GalleriesCard: ReactNS.FC<{ status: Status; onChange: () => void }>;
    SourceList: ReactNS.FC<{ sources: GallerySource[] }>;
    GalleryBuild: ReactNS.FC<{ sources: GallerySource[]; runs: Run[]; onDone: () => void }>;
    PackageList: ReactNS.FC<{ packages: GalleryPackage[]; runs: Run[]; onDone: () => void }>;
    GalleryTransfer: ReactNS.FC<{ runs: Run[]; onDone: () => void }>;
    ReferencesList: ReactNS.FC<{ status: Status }>;
    SelfTestCard: ReactNS.FC<{ status: Status; onChange: () => void }>;
    RunOutcome: ReactNS.FC<{ run: Run | null }>;
    ModelPacks: ReactNS.FC<{ status: Status; onChange: () => void }>;
    SetupCard: ReactNS.FC<{ status: Status; onChange: () => void }>;
    SettingRow: ReactNS.FC<{ setting: SettingValue; onSave: (key: string, value: boolean | number | string) => Promise<string | null> }>;
    ReliabilityPlot: ReactNS.FC<{ before: Reliability; after: Reliability; adjusted: boolean }>;
    PrecisionPlot: ReactNS.FC<{ curve: CurvePoint[]; wanted: number }>;
    CheckCast: ReactNS.FC<{ list: CheckCast[]; total: number }>;
    /** saved: counts the settings that the form has stored. */
    CalibrationCard: ReactNS.FC<{ status: Status; saved: number; onChange: () => void; onTaken: () => void }>;
    /** taken: counts the settings that another card has stored. */
    SettingsForm: ReactNS.FC<{ stock: Shown; pack: string | null; taken: number; onSaved: () => void }>;
    RunHistory: ReactNS.FC<{ runs: Run[] }>;
    TaskList: ReactNS.FC<{ runs: Run[]; onDone: () => void }>;
    SettingsPanel: ReactNS.FC<{ stock: Shown }>;
  }
  interface Window { PluginApi: PluginApi; StashSense: StashSenseNamespace }
}
export {};
