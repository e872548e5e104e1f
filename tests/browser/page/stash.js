// A small imitation of Stash's web page around the real libraries it gives to plugins: React 17, react-bootstrap 1.6, router 5, Apollo.
// In a test, whatever Apollo sends goes to it (window.askStash), and job events come from it (window.sendJobEvent); without one, as in the
// demo, both go over the server that the page came from.
import * as Apollo from "@apollo/client";
import * as FontAwesomeSolid from "@fortawesome/free-solid-svg-icons";
import { FontAwesomeIcon } from "@fortawesome/react-fontawesome";
import { print } from "graphql";
import React from "react";
import * as Bootstrap from "react-bootstrap";
import ReactDOM from "react-dom";
import * as ReactRouterDOM from "react-router-dom";
import { places } from "./places.js";

const h = React.createElement;
const { gql, useQuery } = Apollo;

// --- patches, with Stash's semantics: before returns the arguments, instead gets the next function last, after gets the result last
const patches = { before: {}, instead: {}, after: {} };
const add = (kind) => (name, patch) => (patches[kind][name] = [...(patches[kind][name] || []), patch]);
const components = {};

function patchable(name, target) {
  components[name] = (...given) => {
    let args = given;
    for (const patch of patches.before[name] || []) args = patch(...args);
    const chain = patches.instead[name] || [];
    const next = (at) => (at >= chain.length ? target : (...now) => chain[at](...now, next(at + 1)));
    let result = next(0)(...args);
    for (const patch of patches.after[name] || []) result = [].concat(patch(...[...args].concat(result)))[0];
    return result;
  };
  return components[name];
}

// --- the server's side of Apollo
const listeners = new Set();
window.sendJobEvent = (event) => listeners.forEach((listener) => listener.next({ data: { jobsSubscribe: { __typename: "JobStatusUpdate", ...event, job: { __typename: "Job", error: null, ...event.job } } } }));
window.jobListeners = () => listeners.size;
const live = !window.askStash;
const ask = window.askStash || ((operationName, variables, query) => fetch("/graphql", {
  method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ operationName, query, variables: JSON.parse(variables) }),
}).then((answer) => answer.json()).then(({ data, errors }) => (errors ? { error: errors[0].message } : { data })).catch((error) => ({ network: String(error) })));
function listenToJobs(query) {
  const socket = new WebSocket(`${window.location.origin.replace("http", "ws")}/graphql`, "graphql-transport-ws");
  socket.onopen = () => socket.send(JSON.stringify({ type: "connection_init" }));
  socket.onmessage = (event) => {
    const message = JSON.parse(event.data);
    if (message.type === "connection_ack") socket.send(JSON.stringify({ id: "jobs", type: "subscribe", payload: { query } }));
    if (message.type === "next") listeners.forEach((listener) => listener.next(message.payload));
    if (message.type === "ping") socket.send(JSON.stringify({ type: "pong" }));
  };
}
const link = new Apollo.ApolloLink((operation) => new Apollo.Observable((listener) => {
  if (operation.operationName === "StashSense_Jobs") {
    if (live && !listeners.size) listenToJobs(print(operation.query));
    listeners.add(listener);
    return () => listeners.delete(listener);
  }
  ask(operation.operationName, JSON.stringify(operation.variables), print(operation.query)).then((answer) => {
    if (answer.network) return listener.error(new Error(answer.network));
    listener.next(answer.error ? { data: null, errors: [{ message: answer.error }] } : { data: answer.data });
    return listener.complete();
  });
  return undefined;
}));
const client = new Apollo.ApolloClient({ link, cache: new Apollo.InMemoryCache() });

// --- the components and hooks of PluginApi that we use
const Icon = ({ className, ...props }) => h(FontAwesomeIcon, { ...props, className: `fa-icon ${className || ""}` });
const LoadingIndicator = ({ message, inline, small }) => h("div", { className: `LoadingIndicator ${inline ? "inline" : ""}` },
  h(Bootstrap.Spinner, { animation: "border", role: "status", size: small ? "sm" : undefined }), message !== "" && h("h4", null, message || "Loading..."));
const Setting = ({ id, className, heading, subHeading, children }) => h("div", { className: `setting ${className || ""}`, id },
  h("div", null, h("h3", null, heading), subHeading && h("div", { className: "sub-heading" }, subHeading)), h("div", null, children));
Object.assign(components, { Icon, LoadingIndicator, Setting });

const Settings = React.createContext(null);
const toasts = [];
window.toasts = toasts;
const FindSceneDocument = gql`query FindScene($id: ID!) { findScene(id: $id) { id title performers { id name } tags { id name } } }`;
const FindImageDocument = gql`query FindImage($id: ID!) { findImage(id: $id) { id title performers { id name } } }`;

const routes = []; // pages of plugins; as in Stash, a longer path is shown too

window.seeks = [];
const player = { currentTime: (s) => window.seeks.push(["player", s]), play: () => undefined };
window.PluginApi = {
  React, ReactDOM, components,
  GQL: { FindSceneDocument, FindImageDocument },
  libraries: { Bootstrap, ReactRouterDOM, Apollo, FontAwesomeSolid },
  hooks: {
    useToast: () => ({ success: (text) => toasts.push(["success", text]), error: (error) => toasts.push(["error", error.message || String(error)]) }),
    useSettings: () => React.useContext(Settings),
  },
  utils: { StashService: { getClient: () => client }, InteractiveUtils: { getPlayer: () => player } },
  register: { route: (path, component) => routes.push([path, component]) },
  patch: { before: add("before"), instead: add("instead"), after: add("after") },
};

// --- the pages
const Children = ({ children }) => h(React.Fragment, null, children);
const Tabs = patchable("ScenePage.Tabs", Children);
const TabContent = patchable("ScenePage.TabContent", Children);
const Performers = ({ of }) => h("p", { className: "performers" }, of.performers.map((performer) => performer.name).join(", ") || "no performers");

function ScenePage({ id }) {
  const { data } = useQuery(FindSceneDocument, { variables: { id } });
  const { Nav, Tab } = Bootstrap;
  if (!data) return null;
  const seek = (seconds) => {
    window.seeks.push(["page", seconds]);
    const video = document.getElementById("video");
    if (video) Object.assign(video, { currentTime: seconds }).play();
  };
  const props = { scene: data.findScene, setTimestamp: seek, onDelete: () => undefined, collapsed: false };
  return h("div", { className: "scene-tabs order-xl-first order-last" }, live && h("video", { id: "video", src: `/scene/${id}/stream`, controls: true, muted: true, width: "100%" }), h("h3", { className: "scene-header" }, data.findScene.title), h(Performers, { of: data.findScene }),
    h(Tab.Container, { defaultActiveKey: "details" },
      h("div", null, h(Nav, { variant: "tabs", className: "mr-auto" }, h(Tabs, props, h(Nav.Item, null, h(Nav.Link, { eventKey: "details" }, "Details"))))),
      h(Tab.Content, null, h(TabContent, props, h(Tab.Pane, { eventKey: "details" }, "The details.")))));
}

const ImageDetailPanel = patchable("ImageDetailPanel", ({ image }) => h("div", null, h(Performers, { of: image })));
function ImagePage({ id }) {
  const { data } = useQuery(FindImageDocument, { variables: { id } });
  return data ? h("div", { className: "scene-tabs" }, h(ImageDetailPanel, { image: data.findImage })) : null;
}

const GalleryImagesPanel = patchable("GalleryImagesPanel", ({ extraOperations = [] }) =>
  extraOperations.map((item) => h("button", { key: item.text, onClick: () => item.onClick({}, {}, new Set(window.selectedImages || [])) }, item.text)));

const PluginSettings = patchable("PluginSettings", ({ settings }) => {
  React.useContext(Settings); // as in Stash: the stock panel runs hooks
  return h("div", { className: "plugin-settings" }, settings.map((setting) => h(Setting, { key: setting.name, id: `plugin-stash-sense-${setting.name}`, heading: setting.name }, "stock")));
});
window.savedSettings = [];
function SettingsPage() {
  const [plugins, setPlugins] = React.useState({ "stash-sense": { frames_per_scene: 40 }, other: { kept: true } });
  const savePluginSettings = (id, values) => (window.savedSettings.push([id, values]), setPlugins({ ...plugins, [id]: values }));
  return h(Settings.Provider, { value: { plugins, savePluginSettings } }, h("div", { id: "settings-container", className: "setting-section" }, h("h1", null, "Plugins"),
    h("div", { className: "card" }, h("div", { className: "setting-group" },
      h(PluginSettings, { pluginID: "other", settings: [{ name: "other_setting" }] }),
      h(PluginSettings, { pluginID: "stash-sense", settings: [{ name: "frames_per_scene" }, { name: "auto_accept" }] })))));
}

const { BrowserRouter, Route } = ReactRouterDOM;
const FindScenesDocument = gql`query FindScenes { findScenes(filter: { per_page: 100 }) { scenes { id title tags { id name } } } }`;
function useScenes() {
  const { data } = useQuery(FindScenesDocument, { skip: !live });
  return live ? (data ? data.findScenes.scenes : []) : window.scenes || [];
}
const { TopBar, ScenesPage, PerformerPage, ToolsPage } = places(patchable, components, useScenes, live && ["/scenes"]);
const Settled = ({ location }) => (location.search.includes("tab=tools") ? h(ToolsPage) : h(SettingsPage));
const page = (Component) => ({ match }) => h(Component, { id: match.params.id });
window.startStash = () => ReactDOM.render(h(Apollo.ApolloProvider, { client }, h(BrowserRouter, null,
  h(TopBar),
  h(Route, { exact: true, path: "/scenes", component: ScenesPage }),
  h(Route, { path: "/scenes/:id", render: page(ScenePage) }),
  h(Route, { path: "/images/:id", render: page(ImagePage) }),
  h(Route, { path: "/performers/:id", render: page(PerformerPage) }),
  h(Route, { path: "/galleries/:id", render: ({ match }) => h(GalleryImagesPanel, { active: true, gallery: { id: match.params.id } }) }),
  routes.map(([path, component]) => h(Route, { key: path, path, component })),
  h(Route, { path: "/settings", component: Settled }))), document.getElementById("root"));
