import type { layers, serialization, Tensor } from "@tensorflow/tfjs";
import type { TensorFlow } from "../tensorflow.ts";

/** The parts of tfjs's GRUCell that are used here; its type is not exported. */
interface GruCell {
  build(inputShape: number[]): void;
  call(inputs: Tensor | Tensor[]): Tensor | Tensor[];
  getConfig(): serialization.ConfigDict;
  units: number;
  useBias: boolean;
  kernel: Variable;
  recurrentKernel: Variable;
  bias: Variable | null;
  activation: { apply(x: Tensor): Tensor };
  recurrentActivation: { apply(x: Tensor): Tensor };
  biasInitializer: unknown;
  addWeight(name: string, shape: number[], dtype: null, initializer: unknown): Variable;
}

interface Variable {
  read(): Tensor;
}

type CellClass = new (args: serialization.ConfigDict) => GruCell;
type RnnClass = new (args: serialization.ConfigDict) => layers.Layer;

/**
 * Registers the default GRU of Keras, which tfjs lacks: the reset gate acts after the recurrent
 * product, which has its own bias (`bias [2, 3 units]`: of the input, then of the state).
 *
 * Computes, as cuDNN does, `h' = z h + (1 - z) act(x W_h + b_h + r (h U_h + d_h))`.
 */
export function registerResetAfterGru(tf: TensorFlow): void {
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  if ("ResetAfterGRU" in classNameMap) return;
  const BaseCell = classNameMap.GRUCell?.[0] as unknown as CellClass;
  const Rnn = classNameMap.RNN?.[0] as unknown as RnnClass;

  class ResetAfterGruCell extends BaseCell {
    static className = "ResetAfterGRUCell";

    constructor(args: serialization.ConfigDict) {
      // The base class refuses the option.
      super({ ...args, resetAfter: false });
    }

    override build(inputShape: number[]): void {
      const { useBias } = this;
      this.useBias = false;
      super.build(inputShape);
      this.useBias = useBias;
      const shape = [2, 3 * this.units];
      this.bias = useBias ? this.addWeight("bias", shape, null, this.biasInitializer) : null;
    }

    override call(inputs: Tensor | Tensor[]): Tensor[] {
      return tf.tidy(() => {
        const [x, h] = inputs as [Tensor, Tensor];
        const biases = this.bias === null ? [] : tf.unstack(this.bias.read());
        const plus = (sum: Tensor, bias: Tensor | undefined) => (bias ? tf.add(sum, bias) : sum);
        const ofInput = plus(tf.matMul(x, this.kernel.read()), biases[0]);
        const ofState = plus(tf.matMul(h, this.recurrentKernel.read()), biases[1]);
        const [inputZ, inputR, inputH] = tf.split(ofInput, 3, 1) as [Tensor, Tensor, Tensor];
        const [stateZ, stateR, stateH] = tf.split(ofState, 3, 1) as [Tensor, Tensor, Tensor];
        const z = this.recurrentActivation.apply(tf.add(inputZ, stateZ));
        const r = this.recurrentActivation.apply(tf.add(inputR, stateR));
        const candidate = this.activation.apply(tf.add(inputH, tf.mul(r, stateH)));
        const next = tf.add(tf.mul(z, h), tf.mul(tf.sub(1, z), candidate));
        return [next, next];
      });
    }

    override getConfig(): serialization.ConfigDict {
      return { ...super.getConfig(), resetAfter: true };
    }
  }

  class ResetAfterGru extends Rnn {
    static className = "ResetAfterGRU";

    constructor(args: serialization.ConfigDict) {
      super({ ...args, cell: new ResetAfterGruCell(args) as never });
    }

    static fromConfig(_: unknown, config: serialization.ConfigDict): never {
      return new ResetAfterGru(config) as never;
    }
  }

  tf.serialization.registerClass(ResetAfterGruCell as never);
  tf.serialization.registerClass(ResetAfterGru as never);
}
