// Records through the microphone: level and time while it runs, a wav when it stops.

import { asWav } from "./wav";

export const MOST_SECONDS = 300;
const FALL = 0.85; // of the level shown, each tenth of a second

export class Recorder {
  private stream: MediaStream | null = null;
  private media: MediaRecorder | null = null;
  private context: AudioContext | null = null;
  private timer = 0;

  /** Begin; `heard` is told the level (0 to 1) and the seconds so far, ten times a second. */
  async start(heard: (level: number, seconds: number) => void, full: () => void): Promise<void> {
    this.stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: false } });
    this.media = new MediaRecorder(this.stream);
    this.context = new AudioContext();
    const meter = this.context.createAnalyser();
    meter.fftSize = 4096; // all that is heard between two looks at it
    this.context.createMediaStreamSource(this.stream).connect(meter);
    const samples = new Float32Array(meter.fftSize);
    const began = performance.now();
    let level = 0;
    this.media.start();
    this.timer = window.setInterval(() => {
      meter.getFloatTimeDomainData(samples);
      const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      level = Math.max(loudest, level * FALL);
      const seconds = (performance.now() - began) / 1000;
      heard(level, seconds);
      if (seconds >= MOST_SECONDS - 1) full();
    }, 100);
  }

  /** End and give what was said. */
  async stop(): Promise<Blob> {
    const { media } = this;
    if (!media) throw new Error("nothing is being recorded");
    const parts: Blob[] = [];
    const done = new Promise<void>((resolve) => media.addEventListener("stop", () => resolve(), { once: true }));
    media.addEventListener("dataavailable", (event) => parts.push(event.data));
    media.stop();
    await done;
    this.leave();
    return asWav(new Blob(parts, { type: media.mimeType }));
  }

  /** Let go of the microphone. */
  leave(): void {
    window.clearInterval(this.timer);
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    void this.context?.close();
    this.stream = this.media = this.context = null;
  }
}
