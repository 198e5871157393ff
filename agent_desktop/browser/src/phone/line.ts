// One SIP line over JsSIP: stays registered, holds a call and one more to ask somebody first.

import * as JsSIP from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession";
import type { RTCSessionEvent, UA } from "jssip/lib/UA";

import type { PhoneCredential } from "../wire/shapes";
import type { LineCall, Registration } from "./call";
import { callIdOf, type Invite } from "./invite";
import { type RtpCounts, countRtp, NO_RTP } from "./rtp";

export type { LineCall } from "./call";

export type LineNews = "registration" | "call" | "ended";
type Listener = (news: LineNews, call: LineCall | null, cause: string) => void;

const AUDIO: MediaStreamConstraints = {
  audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true }, video: false,
};
const ICE_PATIENCE_MS = 250; // host candidates come at once; do not wait for lost ones
const RETRY_MS = 4_000;

export class Line {
  registration: Registration = "off";
  call: LineCall | null = null;
  second: LineCall | null = null; // while somebody is asked, the first call being held
  lastCounts: RtpCounts = NO_RTP;
  private ua: UA | null = null;
  private credential: PhoneCredential | null = null;
  private listeners = new Set<Listener>();
  private retry = 0;

  constructor(private readonly audio: HTMLAudioElement,
    private readonly ask: () => Promise<PhoneCredential>,
    private readonly shown: (callId: string) => Promise<void> = () => Promise.resolve()) {}

  watch(listener: Listener, signal?: AbortSignal): void {
    this.listeners.add(listener);
    signal?.addEventListener("abort", () => this.listeners.delete(listener));
  }

  /** Fetch a credential and register; asks again by itself until it succeeds. */
  async start(): Promise<void> {
    window.clearTimeout(this.retry);
    this.turn("connecting");
    try {
      this.credential = await this.ask();
    } catch (error) {
      console.warn("no phone credential", error);
      this.turn("refused");
      this.startLater();
      return;
    }
    this.replaceAgent(this.credential);
    this.renewBefore(this.credential.expires_at);
  }

  stop(): void {
    window.clearTimeout(this.retry);
    this.ua?.stop();
    this.ua = null;
    this.turn("off");
  }

  private startLater(): void {
    window.clearTimeout(this.retry);
    this.retry = window.setTimeout(() => void this.start(), RETRY_MS * (0.75 + Math.random() / 2));
  }

  private renewBefore(expiresAt: string): void {
    const left = Date.parse(expiresAt) - Date.now() - 300_000;
    const wait = Math.min(Math.max(left, 60_000), 2_000_000_000);
    window.setTimeout(() => void this.renew(), wait);
  }

  private async renew(): Promise<void> {
    try {
      const next = await this.ask();
      this.credential = next;
      this.ua?.set("password", next.password);
      this.ua?.register();
      this.renewBefore(next.expires_at);
    } catch {
      window.setTimeout(() => void this.renew(), 60_000);
    }
  }

  private replaceAgent(credential: PhoneCredential): void {
    const old = this.ua;
    this.ua = null;
    old?.stop();
    const ua = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(credential.ws_url)],
      uri: credential.uri,
      authorization_user: credential.endpoint,
      password: credential.password,
      realm: credential.realm,
      display_name: credential.display_name,
      register: true,
      register_expires: 120,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 6,
      user_agent: "callcenter desktop",
    });
    this.ua = ua;
    this.follow(ua);
    ua.start();
  }

  private follow(ua: UA): void {
    const mine = (then: () => void) => () => {
      if (this.ua === ua) then();
    };
    ua.on("connecting", mine(() => this.turn("connecting")));
    ua.on("disconnected", mine(() => this.turn("disconnected")));
    ua.on("registered", mine(() => this.turn("registered")));
    ua.on("unregistered", mine(() => this.turn("disconnected")));
    ua.on("registrationFailed", mine(() => {
      this.turn("refused");
      if (!this.call) this.startLater();
    }));
    ua.on("newRTCSession", (event: RTCSessionEvent) => {
      const request = event.request as unknown as Invite;
      if (this.ua === ua) this.adopt(event.session, event.originator === "remote", request);
    });
  }

  private turn(registration: Registration): void {
    if (this.registration === registration) return;
    this.registration = registration;
    this.tell("registration");
  }

  private adopt(session: RTCSession, incoming: boolean, request: Invite): void {
    if (this.call && (incoming || this.second)) {
      if (incoming) session.terminate({ status_code: 486 });
      return;
    }
    const identity = session.remote_identity;
    const made: LineCall = {
      session, incoming, callId: incoming ? callIdOf(request, identity.uri.host) : "",
      number: identity.uri.user, name: identity.display_name || "",
      state: incoming ? "ringing" : "calling", since: performance.now(), held: false, muted: false,
      sound: null,
    };
    if (this.call) this.second = made;
    else {
      this.call = made;
      this.lastCounts = NO_RTP;
    }
    this.followCall(made);
    if (made.incoming && made.callId) void this.ringOnceShown(made);
    else this.tell("call");
  }

  /** The card comes first, and then the ring: two networks brought them. */
  private async ringOnceShown(call: LineCall): Promise<void> {
    await this.shown(call.callId);
    if (this.call === call || this.second === call) this.tell("call");
  }

  private followCall(call: LineCall): void {
    const { session } = call;
    session.on("peerconnection", (event) => this.play(call, event.peerconnection));
    session.on("icecandidate", (event) => window.setTimeout(event.ready, ICE_PATIENCE_MS));
    session.on("confirmed", () => this.change(call, { state: "talking", since: performance.now() }));
    session.on("accepted", () => this.change(call, { state: "talking" }));
    session.on("hold", (event) => event.originator === "local" && this.change(call, { held: true }));
    session.on("unhold", (event) =>
      event.originator === "local" && this.change(call, { held: false }));
    session.on("muted", () => this.change(call, { muted: true }));
    session.on("unmuted", () => this.change(call, { muted: false }));
    session.on("ended", (event) => this.end(call, event.cause));
    session.on("failed", (event) => this.end(call, event.cause));
    if (session.connection) this.play(call, session.connection);
  }

  private change(call: LineCall, values: Partial<LineCall>): void {
    if (this.call !== call && this.second !== call) return;
    if (values.state === call.state) delete values.since;
    Object.assign(call, values);
    if (values.held !== undefined) this.listen();
    this.tell("call");
  }

  private end(call: LineCall, cause: string): void {
    if (this.second === call) {
      this.second = null;
      if (this.call?.held) this.call.session.unhold();
      this.listen();
      return this.tell("call");
    }
    if (this.call !== call) return;
    this.call = this.second; // who was asked is who is left to speak with
    this.second = null;
    if (this.call?.held) this.call.session.unhold();
    this.listen();
    this.tell("ended", call, cause);
  }

  private play(call: LineCall, connection: RTCPeerConnection): void {
    connection.addEventListener("track", (event) => {
      call.sound = event.streams[0] ?? new MediaStream([event.track]);
      this.listen();
    });
  }

  /** The call one speaks in: the second one unless it is held. */
  private get spoken(): LineCall | null {
    return this.second && !this.second.held ? this.second : this.call;
  }

  private listen(): void {
    const sound = this.spoken?.sound ?? null;
    if (this.audio.srcObject === sound) return;
    this.audio.srcObject = sound;
    if (sound) void this.audio.play().catch(() => undefined); // the browser waits for a click
  }

  private tell(news: LineNews, call: LineCall | null = this.call, cause = ""): void {
    for (const listener of this.listeners) listener(news, call, cause);
  }

  answer(): boolean {
    if (this.call?.state !== "ringing") return false;
    this.call.session.answer({ mediaConstraints: AUDIO, pcConfig: this.peers() });
    return true;
  }

  /** Call a number; `headers` are whole SIP header lines. */
  dial(number: string, headers: string[] = []): boolean {
    if (this.call || !this.ua) return false;
    return this.invite(number, headers);
  }

  /** Hold the call and ask somebody else first. */
  consult(number: string): boolean {
    if (this.call?.state !== "talking" || this.second || !number) return false;
    if (!this.call.held) this.call.session.hold();
    return this.invite(number, []);
  }

  /** Speak with the other of the two; the one before is held. */
  swap(): boolean {
    const { call, second } = this;
    if (!call || second?.state !== "talking") return false;
    const [rest, next] = second.held ? [call, second] : [second, call];
    rest.session.hold();
    next.session.unhold();
    return true;
  }

  /** Join the customer with who was asked, and leave both calls; tells when that fails. */
  join(): boolean {
    const { call, second } = this;
    if (!call || second?.state !== "talking") return false;
    const failed = () => document.dispatchEvent(new CustomEvent("callcenter:not-joined"));
    call.session.refer(second.session.remote_identity.uri,
      { replaces: second.session, eventHandlers: { failed, requestFailed: failed } });
    return true;
  }

  /** End the second call; the customer is taken back by itself. */
  dropSecond(): boolean {
    const session = this.second?.session;
    if (!session || session.isEnded()) return false;
    session.terminate();
    return true;
  }

  private invite(number: string, headers: string[]): boolean {
    if (!this.ua || !this.credential) return false;
    const host = this.credential.uri.split("@")[1] ?? "callcenter";
    this.ua.call(`sip:${encodeURIComponent(number)}@${host}`, {
      mediaConstraints: AUDIO, pcConfig: this.peers(), extraHeaders: headers,
    });
    return true;
  }

  hangUp(): boolean {
    const session = this.call?.session;
    if (!session || session.isEnded()) return false;
    session.terminate();
    return true;
  }

  hold(on: boolean): void {
    if (this.second) return;
    if (this.call?.state !== "talking") return;
    if (on) this.call.session.hold();
    else this.call.session.unhold();
  }

  mute(on: boolean): void {
    for (const { session } of [this.call, this.second].filter((one) => one !== null)) {
      if (on) session.mute({ audio: true });
      else session.unmute({ audio: true });
    }
  }

  tone(digit: string): void {
    this.spoken?.session.sendDTMF(digit, {
      duration: 120, interToneGap: 60, transportType: "RFC2833" as never });
  }

  /** RTP packets of the present call, or of the last one when none is up. */
  async counts(): Promise<RtpCounts> {
    const connection = this.spoken?.session.connection;
    if (connection) this.lastCounts = await countRtp(connection);
    return this.lastCounts;
  }

  private peers(): RTCConfiguration {
    return { iceServers: this.credential?.ice_servers ?? [] };
  }
}
