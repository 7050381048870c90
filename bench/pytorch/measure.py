"""What PyTorch does on the same cores, measured by hand: python bench/pytorch/measure.py [STEPS]

The same sizes and unit as `npm run bench -- --only training`: tokens and images that a second of CPU
does at best, all threads counted. Batches are of 16 pictures.
"""

import resource
import sys

import torch
import torch.nn.functional as F
from torch import nn

STEPS = int(sys.argv[1]) if len(sys.argv) > 1 else 4
IMAGES, CAPTIONS, LENGTH, VOCABULARY = 16, 5, 12, 2543
WORD, STATE, FEATURE, ATTENTION, REGIONS, CHANNELS = 512, 512, 512, 256, 49, 1280


class Decoder(nn.Module):
    """Show, Attend and Tell with tied embeddings, as train/model/unrolled.ts computes it."""

    def __init__(self):
        super().__init__()
        self.features = nn.Linear(CHANNELS, FEATURE)
        self.keys = nn.Linear(FEATURE, ATTENTION)
        self.hidden, self.cell = nn.Linear(FEATURE, STATE), nn.Linear(FEATURE, STATE)
        self.embedding = nn.Embedding(VOCABULARY, WORD)
        self.query = nn.Linear(STATE, ATTENTION, bias=False)
        self.energy = nn.Linear(ATTENTION, 1, bias=False)
        self.gate = nn.Linear(STATE, FEATURE)
        self.lstm = nn.LSTMCell(WORD + FEATURE, STATE)
        self.word = nn.Linear(STATE + FEATURE, WORD)
        self.bias = nn.Parameter(torch.zeros(VOCABULARY))

    def forward(self, grid, tokens):
        features = F.dropout(F.relu(self.features(grid)), 0.5)
        mean = features.mean(1)
        each = lambda tensor: tensor.repeat_interleave(CAPTIONS, 0)
        keys, features = each(self.keys(features)), each(features)
        hidden, cell = each(self.hidden(mean)), each(self.cell(mean))
        embedded = F.dropout(self.embedding(tokens), 0.5)
        seen = []
        for step in range(tokens.shape[1]):
            asked = torch.tanh(keys + self.query(hidden).unsqueeze(1))
            attention = F.softmax(self.energy(asked).squeeze(2), 1)
            glimpse = torch.bmm(attention.unsqueeze(1), features).squeeze(1)
            context = torch.sigmoid(self.gate(hidden)) * glimpse
            hidden, cell = self.lstm(torch.cat([embedded[:, step], context], 1), (hidden, cell))
            seen.append(torch.cat([hidden, context], 1))
        words = torch.tanh(self.word(F.dropout(torch.stack(seen, 1), 0.5)))
        return words @ self.embedding.weight.T + self.bias


def mobilenet():
    """MobileNetV2 1.0, as torchvision has it."""

    def convolution(inputs, outputs, size, stride=1, groups=1, clamp=True):
        layers = [
            nn.Conv2d(inputs, outputs, size, stride, size // 2, groups=groups, bias=False),
            nn.BatchNorm2d(outputs),
        ]
        return layers + ([nn.ReLU6(inplace=True)] if clamp else [])

    class Block(nn.Module):
        def __init__(self, inputs, outputs, expansion, stride):
            super().__init__()
            inner = inputs * expansion
            wide = convolution(inputs, inner, 1) if expansion > 1 else []
            seen = convolution(inner, inner, 3, stride, inner)
            self.layers = nn.Sequential(*wide, *seen, *convolution(inner, outputs, 1, clamp=False))
            self.adds = stride == 1 and inputs == outputs

        def forward(self, x):
            return x + self.layers(x) if self.adds else self.layers(x)

    layers, inputs = convolution(3, 32, 3, 2), 32
    table = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1)]
    for expansion, outputs, count, stride in table + [(6, 160, 3, 2), (6, 320, 1, 1)]:
        for block in range(count):
            layers.append(Block(inputs, outputs, expansion, stride if block == 0 else 1))
            inputs = outputs
    return nn.Sequential(*layers, *convolution(320, 1280, 1))


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def rate(done, step):
    step()
    best = 0.0
    for _ in range(STEPS):
        before = cpu_seconds()
        step()
        best = max(best, done / (cpu_seconds() - before))
    return best


def train(parameters, loss):
    optimizer = torch.optim.AdamW(parameters, lr=1e-5)

    def step():
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()

    return step


torch.manual_seed(1)
# One thread: the others would wait in loops for it, and that would count as computing.
torch.set_num_threads(1)
print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads")

decoder = Decoder()
grid = torch.rand(IMAGES, REGIONS, CHANNELS)
tokens = torch.randint(0, VOCABULARY, (IMAGES * CAPTIONS, LENGTH))


def caption_loss():
    logits = decoder(grid, tokens)
    return F.cross_entropy(logits.flatten(0, 1), tokens.flatten(), label_smoothing=0.1)


print(f"decoder alone: {rate(tokens.numel(), train(decoder.parameters(), caption_loss)):.0f} tokens a second of CPU")

backbone = mobilenet()
pictures = torch.rand(IMAGES, 3, 224, 224)
backbone_step = train(backbone.parameters(), lambda: backbone(pictures).square().mean())
print(f"fine-tuning MobileNetV2: {rate(IMAGES, backbone_step):.1f} images a second of CPU")

backbone.eval()
with torch.no_grad():
    many = torch.rand(32, 3, 224, 224)
    print(f"features: {rate(32, lambda: backbone(many)):.1f} images a second of CPU")
    one = torch.rand(1, 3, 224, 224)
    print(f"MobileNetV2, one picture: {1000 / rate(1, lambda: backbone(one)):.1f} ms of CPU")
