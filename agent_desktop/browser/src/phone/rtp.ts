// What really flows: RTP packets, loudness and losses of a connection, both ways.

export interface RtpCounts {
  inbound: number; // packets received
  outbound: number; // packets sent
  lost: number; // packets lost on the way here
  jitter: number; // seconds
  heard: number; // loudness of the far side, 0..1
  spoken: number; // loudness of the own microphone, 0..1
}

export const NO_RTP: RtpCounts = {
  inbound: 0, outbound: 0, lost: 0, jitter: 0, heard: 0, spoken: 0,
};

interface Sound {
  type: string;
  kind?: string;
  packetsReceived?: number;
  packetsSent?: number;
  packetsLost?: number;
  jitter?: number;
  audioLevel?: number;
}

export async function countRtp(connection: RTCPeerConnection): Promise<RtpCounts> {
  const counts = { ...NO_RTP };
  (await connection.getStats()).forEach((report: Sound) => {
    if (report.type === "inbound-rtp" && report.kind === "audio") {
      counts.inbound += report.packetsReceived ?? 0;
      counts.lost += report.packetsLost ?? 0;
      counts.jitter = Math.max(counts.jitter, report.jitter ?? 0);
      counts.heard = Math.max(counts.heard, report.audioLevel ?? 0);
    } else if (report.type === "outbound-rtp" && report.kind === "audio") {
      counts.outbound += report.packetsSent ?? 0;
    } else if (report.type === "media-source" && report.kind === "audio") {
      counts.spoken = Math.max(counts.spoken, report.audioLevel ?? 0);
    }
  });
  return counts;
}
