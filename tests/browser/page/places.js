// Places of Stash's page other than the scene and the image: top bar, list of scenes, performer, tools. They call plugins as Stash v0.30 does.
import * as FontAwesomeSolid from "@fortawesome/free-solid-svg-icons";
import React from "react";
import * as Bootstrap from "react-bootstrap";
import ReactDOM from "react-dom";
import { Link, NavLink, useLocation } from "react-router-dom";

const h = React.createElement;
const { Button, ButtonGroup, Card, Dropdown, Form, Nav, Navbar, Table } = Bootstrap;
const PER_PAGE = 4;
const MENU = [["Scenes", "/scenes", "faPlayCircle"], ["Images", "/images", "faImage"], ["Groups", "/groups", "faFilm"], ["Markers", "/scenes/markers", "faMapMarkerAlt"],
  ["Galleries", "/galleries", "faImages"], ["Performers", "/performers", "faUser"], ["Studios", "/studios", "faVideo"], ["Tags", "/tags", "faTag"]];
const Children = ({ children }) => h(React.Fragment, null, children);

/** The pages, made with the page's own patchable(name, component) and components. useScenes: the list's. only: of the menu's addresses; without it all. */
export function places(patchable, components, useScenes, only) {
  const icon = (name, more) => h(components.Icon, { icon: FontAwesomeSolid[name], ...more });

  // --- top bar: the same utility items twice, of which the style sheet shows one
  const MenuItems = patchable("MainNavBar.MenuItems", ({ children }) => h(Nav, null, children));
  const UtilityItems = patchable("MainNavBar.UtilityItems", Children);
  function TopBar() {
    const [expanded, setExpanded] = React.useState(false);
    const utilities = () => h(React.Fragment, null, [["Statistics", "/stats", "faChartColumn"], ["Settings", "/settings", "faCog"]].map(([title, to, name]) =>
      h(NavLink, { key: to, className: "nav-utility", exact: true, to, onClick: () => setExpanded(false) }, h(Button, { className: "minimal d-flex align-items-center h-100", title }, icon(name)))));
    return h(Navbar, { collapseOnSelect: true, variant: "dark", bg: "dark", className: "top-nav", expand: "xl", expanded, onToggle: setExpanded },
      h(Navbar.Collapse, { className: "bg-dark order-sm-1" },
        h(MenuItems, null, MENU.filter(([, to]) => !only || only.includes(to)).map(([title, to, name]) => h(Nav.Link, { as: "div", key: to, eventKey: to, className: "col-4 col-sm-3 col-md-2 col-lg-auto" },
          h(Link, { to, className: "btn minimal p-4 p-xl-2 d-flex d-xl-inline-block flex-column justify-content-between align-items-center" }, icon(name, { className: "nav-menu-icon d-block d-xl-inline mb-2 mb-xl-0" }), h("span", null, title))))),
        h(Nav, null, h(UtilityItems, null, utilities()))),
      h(Navbar.Brand, { as: "div" }, h(Link, { to: "/", className: "btn minimal" }, "Stash")),
      h(Nav, { className: "navbar-buttons flex-row ml-auto order-xl-2" }, h(UtilityItems, null, utilities()), h(Navbar.Toggle, { className: "nav-menu-toggle ml-sm-2" }, icon(expanded ? "faTimes" : "faBars"))));
  }

  // --- list of scenes: what is selected stays selected on other pages of the list, and no plugin is told what it is
  const Popovers = patchable("SceneCard.Popovers", ({ scene, compact }) => h(React.Fragment, null, !compact && scene.tags.length > 0
    ? h(React.Fragment, null, h("hr"), h(ButtonGroup, { className: "card-popovers" },
      h("div", { className: "tag-count" }, h(Button, { className: "minimal" }, icon("faTag"), h("span", null, scene.tags.length))), undefined, scene.organized && h("div", null, h(Button, { className: "minimal" }, icon("faBox")))))
    : undefined));
  const SceneCard = patchable("SceneCard", (props) => {
    const { scene, selected, selecting, onSelectedChanged } = props;
    const click = (event) => selecting && (onSelectedChanged(!selected), event.preventDefault(), event.stopPropagation());
    return h(Card, { className: "scene-card grid-card", onClick: click },
      h("div", { className: "card-controls" }, h(Form.Control, { type: "checkbox", className: "card-check mousetrap", checked: selected, onChange: () => onSelectedChanged(!selected), onClick: (event) => event.stopPropagation() })),
      h("div", { className: "video-section thumbnail-section" }, h(Link, { to: `/scenes/${scene.id}?qsort=date`, className: "scene-card-link" }, h("div", { className: "scene-card-preview" }))),
      h("div", { className: "card-section" }, h(Link, { to: `/scenes/${scene.id}` }, h("h5", { className: "card-section-title" }, scene.title))),
      h(Popovers, props));
  });
  const Operations = patchable("SceneListOperations", ({ operations }) => h("div", { className: "scene-list-operations" }, h(Dropdown, { as: ButtonGroup },
    h(Dropdown.Toggle, { variant: "secondary", id: "more-menu" }, icon("faEllipsisH")),
    ReactDOM.createPortal(h(Dropdown.Menu, { className: "bg-secondary text-white" }, operations.map((one) => (one.isDisplayed && !one.isDisplayed() ? null : h(Dropdown.Item, { key: one.text, className: "bg-secondary text-white", onClick: one.onClick }, one.text)))), document.body))));
  function ScenesPage() {
    const all = useScenes();
    const table = new URLSearchParams(useLocation().search).get("disp") === "1";
    const [page, setPage] = React.useState(1);
    const [chosen, setChosen] = React.useState([]);
    const items = all.slice((page - 1) * PER_PAGE, page * PER_PAGE);
    const change = (id) => (selected) => setChosen((before) => (selected ? [...before.filter((one) => one !== id), id] : before.filter((one) => one !== id)));
    const any = chosen.length > 0;
    const operations = [{ text: "Play", onClick: () => undefined }, { text: "Select All", onClick: () => setChosen(items.map((one) => one.id)) }, { text: "Select None", onClick: () => setChosen([]), isDisplayed: () => any }, { text: "Identify…", onClick: () => undefined, isDisplayed: () => any }];
    const card = (scene) => h(SceneCard, { key: scene.id, scene, zoomIndex: 1, selecting: any, selected: chosen.includes(scene.id), onSelectedChanged: change(scene.id) });
    const row = (scene) => h("tr", { key: scene.id }, h("td", { className: "select-col" }, h("label", null, h(Form.Control, { type: "checkbox", checked: chosen.includes(scene.id), onChange: () => change(scene.id)(!chosen.includes(scene.id)) }))), h("td", null, h(Link, { to: `/scenes/${scene.id}` }, scene.title)));
    return h("div", { className: "item-list-container scene-list" },
      h("div", { className: "filtered-list-toolbar btn-toolbar" }, any && h("div", { className: "selected-items-info" }, h("span", { className: "selected-count" }, chosen.length)),
        h(Operations, { items: items.length, hasSelection: any, operations, onEdit: () => undefined, onDelete: () => undefined, onPlay: () => undefined, onCreateNew: () => undefined })),
      h("div", { className: "pagination-index-container" }, Array.from({ length: Math.ceil(all.length / PER_PAGE) }, (_, at) => at + 1).map((number) => h(Button, { key: number, variant: "secondary", onClick: () => setPage(number) }, `List page ${number}`))),
      table ? h(Table, { striped: true, bordered: true }, h("tbody", null, items.map(row))) : h("div", { className: "row justify-content-center" }, items.map(card)));
  }

  // --- performer
  const DetailItem = ({ title, value, fullWidth }) => h("div", { className: "detail-item" }, h("span", { className: "detail-item-title" }, title, fullWidth ? ":" : ""), h("span", { className: "detail-item-value" }, value));
  const DetailGroup = patchable("PerformerDetailsPanel.DetailGroup", ({ children }) => h("div", { className: "detail-group" }, children));
  const DetailsPanel = patchable("PerformerDetailsPanel", (props) => h(DetailGroup, props, [["Gender", "Female"], ["Age", "38"], ["Country", "Norway"], ["Ethnicity", ""], ["Hair Color", "Brown"], ["Height", "172 cm"]].map(([title, value]) =>
    (value ? h(DetailItem, { key: title, title, value, fullWidth: props.fullWidth }) : ""))));
  function PerformerPage({ id }) {
    const [collapsed, setCollapsed] = React.useState(false);
    return h("div", { id: "performer-page", className: `detail-header ${collapsed ? "collapsed" : "full-width"}` }, h("h1", null, `Performer ${id}`), h(Button, { variant: "secondary", onClick: () => setCollapsed(!collapsed) }, "Expand or collapse"),
      h(DetailsPanel, { performer: { id, name: "Jane Doe", custom_fields: {} }, collapsed, fullWidth: !collapsed }));
  }

  // --- tools: two sections, the first with one child, the second with two
  const ToolsSection = patchable("SettingsToolsSection", Children);
  const { Setting } = components;
  const tool = (title) => h(Setting, { heading: h(Link, { to: "/" }, h(Button, null, title)) });
  const ToolsPage = () => h("div", { id: "settings-container", className: "setting-section" },
    h("h1", null, "Tools"), h("div", { className: "card setting-group" }, h(ToolsSection, null, tool("GraphQL playground"))),
    h("h1", null, "Scene Tools"), h("div", { className: "card setting-group" }, h(ToolsSection, null, tool("Scene Filename Parser"), tool("Scene Duplicate Checker"))));

  return { TopBar, ScenesPage, PerformerPage, ToolsPage };
}
