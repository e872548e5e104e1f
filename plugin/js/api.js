// Everything the panel says to Stash: operations, tasks, jobs. Errors are thrown as one readable sentence.
(function (ns) {
  "use strict";
  const { gql } = window.PluginApi.libraries.Apollo;

  const OPERATION = gql`mutation StashSense_Operation($id: ID!, $args: Map) { runPluginOperation(plugin_id: $id, args: $args) }`;
  const TASK = gql`mutation StashSense_Task($id: ID!, $name: String, $description: String, $args: Map) {
    runPluginTask(plugin_id: $id, task_name: $name, description: $description, args_map: $args)
  }`;
  const QUEUE = gql`query StashSense_JobQueue { jobQueue { id status description progress } }`;
  // Not cached by us: a job that Apollo remembers as running may be gone.
  const JOB = gql`query StashSense_FindJob($id: ID!) { findJob(input: {id: $id}) { id status description progress error } }`;
  const STOP = gql`mutation StashSense_StopJob($id: ID!) { stopJob(job_id: $id) }`;
  const PERFORMERS = gql`query StashSense_FindPerformers($name: String!) {
    findPerformers(filter: {q: $name, per_page: 20}) { performers { id name disambiguation } }
  }`;
  // Not the keys: the panel has no use for them.
  const BOXES = gql`query StashSense_StashBoxNames { configuration { general { stashBoxes { name endpoint } } } }`;
  // By filter: asked for by a list of ids, Stash refuses the whole list if one of them is gone.
  const PLACES = gql`query StashSense_Places($scenes: SceneFilterType, $images: ImageFilterType, $page: FindFilterType, $anyScenes: Boolean!, $anyImages: Boolean!) {
    findScenes(scene_filter: $scenes, filter: $page) @include(if: $anyScenes) {
      scenes { id title date studio { id name } files { basename } paths { screenshot } }
    }
    findImages(image_filter: $images, filter: $page) @include(if: $anyImages) {
      images { id title date studio { id name } visual_files { ... on ImageFile { basename } ... on VideoFile { basename } } paths { thumbnail } }
    }
  }`;
  const EVENTS = gql`subscription StashSense_Jobs { jobsSubscribe { type job { id status description progress error } } }`;

  const client = () => window.PluginApi.utils.StashService.getClient();

  /** @param {object} options @param {"mutate" | "query"} how */
  async function call(options, how) {
    try {
      return (await client()[how](how === "query" ? { fetchPolicy: "network-only", ...options } : options)).data;
    } catch (error) {
      throw new Error(ns.format.explain(error));
    }
  }

  /** @param {Record<string, unknown>} args */
  async function operation(args) {
    const answer = (await call({ mutation: OPERATION, variables: { id: ns.ID, args }, fetchPolicy: "no-cache" }, "mutate")).runPluginOperation;
    // Stash hands over whatever the process printed as text if it was no JSON, and null if there was nothing.
    if (!answer || typeof answer !== "object") throw new Error("Stash Sense gave no usable answer. Settings › Logs says why.");
    return answer;
  }

  /** @param {Start} start @returns {Promise<string>} the job's id */
  async function startTask(start) {
    const variables = { id: ns.ID, name: start.name || null, description: start.description, args: start.args || null };
    return (await call({ mutation: TASK, variables }, "mutate")).runPluginTask;
  }

  /** Performers of the library by name or alias, also those of whom the gallery has no picture. @param {string} name @returns {Promise<Found[]>} */
  async function findPerformers(name) {
    const { performers } = (await call({ query: PERFORMERS, variables: { name } }, "query")).findPerformers;
    return performers.map((/** @type {{id: string, name: string, disambiguation: string | null}} */ one) => ({
      person_id: null, performer_id: one.id, name: one.name, disambiguation: one.disambiguation || null, crop: null,
    }));
  }

  /** @param {string[]} ids @returns {object | null} the filter that fits each of them */
  const anyOf = (ids) => ids.reduce((rest, id) => ({ id: { value: Number(id), modifier: "EQUALS" }, ...(rest && { OR: rest }) }), /** @type {object | null} */ (null));

  /** Titles, dates, studios and pictures of scenes and images, in one question. @param {Place[]} wanted @returns {Promise<Record<string, PlaceDetail | null>>} by ns.placeKey; null: not in Stash any more */
  async function places(wanted) {
    const scenes = wanted.flatMap((one) => one.scene_id || []);
    const images = wanted.flatMap((one) => one.image_id || []);
    const variables = { scenes: anyOf(scenes), images: anyOf(images), page: { per_page: wanted.length }, anyScenes: scenes.length > 0, anyImages: images.length > 0 };
    // Not into Stash's memory, where files without an id would push out the whole ones.
    const found = await call({ query: PLACES, variables, fetchPolicy: "no-cache" }, "query");
    /** @type {Record<string, PlaceDetail | null>} */
    const details = Object.fromEntries(wanted.map((one) => [ns.placeKey(one), null]));
    for (const one of found.findScenes ? found.findScenes.scenes : []) details[`scene:${one.id}`] = detail(one, one.files, one.paths.screenshot);
    for (const one of found.findImages ? found.findImages.images : []) details[`image:${one.id}`] = detail(one, one.visual_files, one.paths.thumbnail);
    return details;
  }

  /** @param {any} one a scene or image as Stash has it @param {{basename: string}[]} files @param {string | null} picture @returns {PlaceDetail} */
  function detail(one, files, picture) {
    return { title: one.title || (files[0] ? files[0].basename : ""), date: one.date || null, studio: one.studio || null, picture: picture || null };
  }

  /** Every job event from now on. Returns the function that ends it. @param {(event: JobEvent) => void} next */
  function watchJobs(next) {
    const events = client().subscribe({ query: EVENTS, fetchPolicy: "no-cache" }).subscribe({
      next: (result) => result.data && next(result.data.jobsSubscribe),
      error: () => undefined, // without a websocket useJob looks when the window gets the focus
    });
    return () => events.unsubscribe();
  }

  /** Lets the page around us read its scene or image again, so that performers and tags appear without a reload. @param {Kind} kind */
  function refresh(kind) {
    const document = window.PluginApi.GQL[kind === "scene" ? "FindSceneDocument" : "FindImageDocument"];
    // A page that has gone meanwhile has nothing to refresh.
    if (document) client().refetchQueries({ include: [document] }).then(undefined, () => undefined);
  }

  // What of Stash's own objects and lists says who is where.
  /** @type {Record<string, string[]>} */
  const WHO = {
    Scene: ["performers", "tags"], Image: ["performers", "tags"], Performer: ["scene_count", "image_count"],
    ROOT_QUERY: ["findScenes", "findImages", "findPerformers"],
  };

  /** Lets every scene, image and performer that Stash's pages have in memory be read again when it is shown next: a batch has changed them unseen. */
  function forget() {
    const { cache } = client();
    Object.keys(cache.extract()).forEach((id) => (WHO[id.split(":")[0]] || []).forEach((fieldName) => cache.evict({ id, fieldName })));
  }

  ns.api = {
    operation,
    startTask,
    findPerformers,
    places,
    watchJobs,
    refresh,
    forget,
    stashBoxes: async () => (await call({ query: BOXES }, "query")).configuration.general.stashBoxes || [],
    jobQueue: async () => (await call({ query: QUEUE, fetchPolicy: "no-cache" }, "query")).jobQueue || [],
    findJob: async (id) => (await call({ query: JOB, variables: { id } }, "query")).findJob,
    stopJob: async (id) => void (await call({ mutation: STOP, variables: { id } }, "mutate")),
  };
})(window.StashSense);
