// Sound of any kind the browser reads, as 16-bit mono wav.

const RATE = 16_000; // Hz; the most a telephone gives

/** Turn what the microphone gave into a wav the server reads. */
export async function asWav(recorded: Blob): Promise<Blob> {
  const reader = new OfflineAudioContext(1, 1, RATE);
  const heard = await reader.decodeAudioData(await recorded.arrayBuffer());
  const mixer = new OfflineAudioContext(1, Math.max(1, Math.ceil(heard.duration * RATE)), RATE);
  const source = mixer.createBufferSource();
  source.buffer = heard;
  source.connect(mixer.destination);
  source.start();
  return wavOf((await mixer.startRendering()).getChannelData(0));
}

function wavOf(samples: Float32Array): Blob {
  const bytes = new DataView(new ArrayBuffer(44 + samples.length * 2));
  const text = (at: number, words: string) => {
    for (let n = 0; n < words.length; n++) bytes.setUint8(at + n, words.charCodeAt(n));
  };
  text(0, "RIFF");
  bytes.setUint32(4, 36 + samples.length * 2, true);
  text(8, "WAVEfmt ");
  bytes.setUint32(16, 16, true);
  bytes.setUint16(20, 1, true); // PCM
  bytes.setUint16(22, 1, true); // one channel
  bytes.setUint32(24, RATE, true);
  bytes.setUint32(28, RATE * 2, true);
  bytes.setUint16(32, 2, true);
  bytes.setUint16(34, 16, true);
  text(36, "data");
  bytes.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, n) =>
    bytes.setInt16(44 + n * 2, Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), true));
  return new Blob([bytes], { type: "audio/wav" });
}
