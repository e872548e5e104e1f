// What one operation answers, kept for as long as the component that asked is on the page.
(function (ns) {
  "use strict";
  const React = window.PluginApi.React;

  /** Whether the component is still on the page: an answer that comes later has nobody to tell. */
  ns.useAlive = function useAlive() {
    const alive = React.useRef(true);
    React.useEffect(() => {
      alive.current = true;
      return () => {
        alive.current = false;
      };
    }, []);
    return alive;
  };

  /**
   * Asks at once and whenever one of `deps` changes. The last answer stays while it is asked again and if that fails; of several questions only the last one counts.
   * @template T
   * @param {Record<string, unknown>} args @param {unknown[]} deps
   * @returns {Answered<T>}
   */
  ns.useAnswer = function useAnswer(args, deps) {
    const [answer, setAnswer] = React.useState(/** @type {T | null} */ (null));
    const [error, setError] = React.useState(/** @type {string | null} */ (null));
    const [busy, setBusy] = React.useState(true);
    const alive = ns.useAlive();
    const turn = React.useRef(0);

    /** @param {(before: T | null) => T | null} update */
    const put = (update) => {
      turn.current += 1;
      setAnswer(update);
      setError(null);
      setBusy(false);
    };
    const load = async () => {
      const mine = ++turn.current;
      setBusy(true);
      try {
        const fresh = /** @type {T} */ (await ns.api.operation(args));
        if (!alive.current || mine !== turn.current) return null;
        put(() => fresh);
        return fresh;
      } catch (problem) {
        if (!alive.current || mine !== turn.current) return null;
        setError(ns.format.explain(problem));
        setBusy(false);
        return null;
      }
    };
    React.useEffect(() => void load(), deps);
    return { answer, error, busy, load, put };
  };
})(window.StashSense);
