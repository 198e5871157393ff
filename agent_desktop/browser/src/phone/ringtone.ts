// A soft two-note chime while a call rings; made, not played from a file.

let context: AudioContext | null = null;
let repeat = 0;

export function ring(on: boolean): void {
  window.clearInterval(repeat);
  repeat = 0;
  if (!on) return;
  chime();
  repeat = window.setInterval(chime, 2400);
}

function chime(): void {
  try {
    context ??= new AudioContext();
    void context.resume();
    note(context, 587, 0);
    note(context, 784, 0.22);
  } catch {
    // a machine without sound still shows the call
  }
}

function note(audio: AudioContext, hertz: number, delay: number): void {
  const start = audio.currentTime + delay;
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(0.12, start + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, start + 0.9);
  tone.connect(volume).connect(audio.destination);
  tone.start(start);
  tone.stop(start + 1);
}
