// What Stash calls scenes and images, asked for together: the operations leave that out, which keeps them short.
(function (ns) {
  "use strict";
  const React = window.PluginApi.React;
  const { gql } = window.PluginApi.libraries.Apollo;

  // By filter: asked for by a list of ids, Stash refuses the whole list if one of them is gone.
  const TITLES = gql`query StashSense_Titles($scenes: SceneFilterType, $images: ImageFilterType, $page: FindFilterType, $anyScenes: Boolean!, $anyImages: Boolean!) {
    findScenes(scene_filter: $scenes, filter: $page) @include(if: $anyScenes) { scenes { id title files { basename } } }
    findImages(image_filter: $images, filter: $page) @include(if: $anyImages) {
      images { id title visual_files { ... on ImageFile { basename } ... on VideoFile { basename } } }
    }
  }`;

  /** @param {string[]} ids @returns {object | null} the filter that fits each of them */
  const anyOf = (ids) => ids.reduce((rest, id) => ({ id: { value: Number(id), modifier: "EQUALS" }, ...(rest && { OR: rest }) }), /** @type {object | null} */ (null));
  /** @param {Place} place */
  const keyOf = ({ scene_id: scene, image_id: image }) => (scene ? `scene ${scene}` : `image ${image}`);

  /** @param {Place[]} places @returns {Promise<Record<string, string>>} titles, or file names, of those that Stash has; by keyOf */
  async function titlesOf(places) {
    const scenes = [...new Set(places.map((one) => one.scene_id || "").filter(Boolean))];
    const images = [...new Set(places.map((one) => one.image_id || "").filter(Boolean))];
    const variables = { scenes: anyOf(scenes), images: anyOf(images), page: { per_page: scenes.length + images.length }, anyScenes: scenes.length > 0, anyImages: images.length > 0 };
    const client = window.PluginApi.utils.StashService.getClient();
    // Not into Stash's memory, where files without an id would push out the whole ones.
    const { data } = await client.query({ query: TITLES, variables, fetchPolicy: "no-cache" });
    /** @param {{title: string | null}} one @param {{basename: string}[]} files */
    const title = (one, files) => one.title || (files[0] ? files[0].basename : "");
    /** @type {Record<string, string>} */
    const found = {};
    if (data.findScenes) for (const one of data.findScenes.scenes) found[`scene ${one.id}`] = title(one, one.files);
    if (data.findImages) for (const one of data.findImages.images) found[`image ${one.id}`] = title(one, one.visual_files);
    return found;
  }

  /**
   * What places are called: a title; "" if it has none or Stash has not said yet; null if Stash has it no more.
   * @param {Place[]} places
   * @returns {(place: Place) => string | null}
   */
  ns.useTitles = function useTitles(places) {
    const [known, setKnown] = React.useState(/** @type {{key: string, titles: Record<string, string>} | null} */ (null));
    const alive = ns.useAlive();
    const key = [...new Set(places.map(keyOf))].join();
    React.useEffect(() => {
      if (!key) return;
      titlesOf(places).then((titles) => alive.current && setKnown({ key, titles }), () => undefined); // the numbers do as well
    }, [key]);
    return (place) => {
      if (!known || known.key !== key) return "";
      const title = known.titles[keyOf(place)];
      return title === undefined ? null : title;
    };
  };
})(window.StashSense);
