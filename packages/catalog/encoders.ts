/** The shape of a BERT-like encoder, by the names of its `config.json`. */
export interface EncoderArchitecture {
  layers: number;
  hiddenSize: number;
  intermediateSize: number;
  vocabularySize: number;
  /** Rows of the position embedding (`max_position_embeddings`). */
  positions: number;
  /** Rows of the token type embedding (`type_vocab_size`). */
  types: number;
  /** What follows the last layer: a pooler, or a classifier in its place that gives one score. */
  head: "pooler" | "classifier" | "pooler and score";
}

/** Counts an encoder's parameters: embeddings, attention and feed-forward layers with their biases and norms, and the head. */
export function countEncoderParameters(shape: EncoderArchitecture): number {
  const { layers, hiddenSize, intermediateSize, vocabularySize, positions, types, head } = shape;
  const dense = hiddenSize * (hiddenSize + 1);
  const embeddings = (vocabularySize + positions + types) * hiddenSize + 2 * hiddenSize;
  const feedForward = 2 * hiddenSize * intermediateSize + intermediateSize + hiddenSize;
  return (
    embeddings + layers * (4 * dense + feedForward + 4 * hiddenSize) + dense + (head === "pooler" ? 0 : hiddenSize + 1)
  );
}

/** The shape of a Whisper model: an encoder of audio and a decoder of text. */
export interface SpeechArchitecture {
  encoderLayers: number;
  decoderLayers: number;
  hiddenSize: number;
  attentionHeads: number;
  /** Mel frequencies of the input (`num_mel_bins`). */
  melBins: number;
  /** Positions of the encoder: 30 s of audio. */
  audioPositions: number;
  /** Tokens of a transcript of 30 s at most. */
  textPositions: number;
  vocabularySize: number;
}

/** Counts a Whisper model's parameters: keys have no bias, and the decoder attends twice, to the text and to the audio. */
export function countSpeechParameters(shape: SpeechArchitecture): number {
  const { encoderLayers, decoderLayers, hiddenSize, melBins, audioPositions, textPositions, vocabularySize } = shape;
  const attention = 4 * hiddenSize * hiddenSize + 3 * hiddenSize;
  const feedForward = 8 * hiddenSize * hiddenSize + 5 * hiddenSize;
  const norm = 2 * hiddenSize;
  const convolutions = 3 * hiddenSize * (melBins + hiddenSize) + 2 * hiddenSize;
  const encoder =
    convolutions + audioPositions * hiddenSize + encoderLayers * (attention + feedForward + 2 * norm) + norm;
  const decoder =
    (vocabularySize + textPositions) * hiddenSize + decoderLayers * (2 * attention + feedForward + 3 * norm) + norm;
  return encoder + decoder;
}
