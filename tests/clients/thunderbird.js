// What a reader does in Thunderbird, done in Thunderbird: each call of the driver is one function of these.
const { cal } = ChromeUtils.importESModule("resource:///modules/calendar/calUtils.sys.mjs");
const { setTimeout } = ChromeUtils.importESModule("resource://gre/modules/Timer.sys.mjs");
const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const { MailUtils } = ChromeUtils.importESModule("resource:///modules/MailUtils.sys.mjs");

async function until(true_, what) {
  for (let turn = 0; turn < 1200; turn++) {
    const found = await true_();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`it did not happen in time: ${what}`);
}

function version() {
  return Services.appinfo.version;
}

// A person with one mail account and one calendar of hers, which answers from it.
function settled(address, port) {
  const { accounts, outgoingServer } = MailServices;
  const account = accounts.createAccount();
  account.incomingServer = accounts.createIncomingServer("ada", "127.0.0.1", "pop3");
  account.incomingServer.loginAtStartUp = false;
  account.incomingServer.doBiff = false;
  const identity = accounts.createIdentity();
  identity.email = address;
  identity.fullName = "Ada";
  identity.doFcc = false;
  const server = outgoingServer.createServer("smtp");
  server.QueryInterface(Ci.nsISmtpServer);
  server.hostname = "127.0.0.1";
  server.port = port;
  server.authMethod = Ci.nsMsgAuthMethod.none;
  server.socketType = Ci.nsMsgSocketType.plain;
  identity.smtpServerKey = server.key;
  account.addIdentity(identity);
  accounts.defaultAccount = account; // or it knows nobody to answer as
  for (const each of cal.manager.getCalendars()) cal.manager.removeCalendar(each);
  const calendar = cal.manager.createCalendar("storage", Services.io.newURI("moz-storage-calendar://"));
  calendar.name = "mine";
  cal.manager.registerCalendar(calendar);
  calendar.setProperty("imip.identity.key", identity.key);
  return calendar.id;
}

function shown(item) {
  const seconds = (when) => when.getInTimezone(cal.dtz.UTC).nativeTime / 1e6;
  const sequence = Number(item.getProperty("SEQUENCE") ?? 0);
  const answers = item.getAttendees().map((each) => each.participationStatus);
  return [item.id, seconds(item.startDate), seconds(item.endDate), item.title, item.status, sequence, answers];
}

async function held(calendar) {
  return (await calendar.getItemsAsArray(Ci.calICalendar.ITEM_FILTER_ALL_ITEMS, 0, null, null)).map(shown);
}

// Open a mail and press the first of the wanted buttons that the bar above it offers; which that was, if any, and what
// the calendar then holds.
async function opened(path, id, wanted) {
  const calendar = cal.manager.getCalendarById(id);
  const before = JSON.stringify(await held(calendar));
  const file = await IOUtils.getFile(path);
  const front = Services.wm.getMostRecentWindow("mail:3pane");
  MailUtils.openEMLFile(front, file, Services.io.newFileURI(file));
  const reader = await until(() => Services.wm.getMostRecentWindow("mail:messageWindow"), "a window with the mail");
  const page = () => reader.document.getElementById("messageBrowser")?.contentDocument;
  const offered = () =>
    [...(page()?.querySelectorAll("#imip-view-toolbar > toolbarbutton") ?? [])].filter((each) => !each.hidden);
  await until(() => page()?.getElementById("imip-bar")?.collapsed === false && offered().length, "the bar above the mail");
  const button = wanted.find((name) => offered().some((each) => each.id === name)) ?? null;
  if (button) {
    page().getElementById(button).doCommand();
    await until(async () => JSON.stringify(await held(calendar)) !== before, `${button} changes the calendar`);
  }
  reader.close();
  await until(() => !Services.wm.getMostRecentWindow("mail:messageWindow"), "the window closes");
  return [button, await held(calendar)];
}

// Ask for what there is and wait for it: a request that comes while another is under way is dropped, so ask again.
async function refreshed(calendar) {
  let wrong = null, ready = false;
  const observer = {
    QueryInterface: ChromeUtils.generateQI(["calIObserver"]),
    onStartBatch() {},
    onEndBatch() {},
    onAddItem() {},
    onModifyItem() {},
    onDeleteItem() {},
    onPropertyChanged() {},
    onPropertyDeleting() {},
    onLoad() {
      ready = true;
    },
    onError(_, error, message) {
      wrong ??= new Error(`${error} ${message}`);
    },
  };
  let turn = 0;
  calendar.addObserver(observer);
  await until(() => {
    if (wrong) throw wrong;
    if (!ready && turn++ % 20 === 0) calendar.refresh();
    return ready;
  }, "the calendar is loaded");
  calendar.removeObserver(observer);
  return held(calendar);
}

// Subscribe as the dialog does; `kept`: with a copy for when there is no network.
function subscribed(address, kept) {
  const calendar = cal.manager.createCalendar("ics", Services.io.newURI(address));
  calendar.name = "theirs";
  calendar.setProperty("cache.enabled", kept);
  calendar.readOnly = true;
  cal.manager.registerCalendar(calendar);
  return calendar.id;
}

function looked(id) {
  return refreshed(cal.manager.getCalendarById(id));
}
