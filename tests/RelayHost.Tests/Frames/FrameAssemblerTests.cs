using System.Reflection;
using System.Text;
using AudioOrleans.RelayHost.Frames;

namespace AudioOrleans.RelayHost.Tests.Frames;

public sealed class FrameAssemblerTests
{
    [Theory]
    [InlineData("mp3", 320, 48000, 2)]
    [InlineData("mp3", 128, 44100, 2)]
    [InlineData("mp3", 4, 44100, 2)]
    [InlineData("mp3", 32, 22050, 1)]
    [InlineData("mp3", 16, 11025, 1)]
    [InlineData("mp3", 8, 8000, 1)]
    [InlineData("aac", 96, 44100, 2)]
    [InlineData("aac", 12, 8000, 1)]
    public async Task All_frames_come_out_whole_and_in_order(string codec, int kbps, int sampleRate, int channels)
    {
        var bytes = await MakeAsync(codec, kbps, sampleRate, channels);
        var assembler = new FrameAssembler(TimeSpan.FromMilliseconds(250));
        var chunks = Encoded.Chunks(bytes, assembler: assembler);
        var joined = Encoded.Join(chunks);
        Assert.Equal(bytes[..joined.Length], joined);
        Assert.Equal(0, assembler.SkippedBytes);
        Assert.InRange(Encoded.Sum(chunks).TotalSeconds, 9.6, 10.4);
        Assert.All(chunks, chunk => Assert.Equal(new AudioFormat(codec == "mp3" ? AudioCodec.Mp3 : AudioCodec.Aac, sampleRate, channels), chunk.Format));
        Assert.All(chunks, chunk => Assert.InRange(chunk.Duration.TotalMilliseconds, 250, 250 + 145));
        Assert.Equal(chunks[0].Format, assembler.Format);
    }

    [Theory]
    [InlineData("mp3", 1)]
    [InlineData("aac", 1)]
    [InlineData("mp3", 3)]
    [InlineData("mp3", 417)]
    [InlineData("aac", 8192)]
    public async Task Small_writes_give_the_same_chunks_as_one_large_write(string codec, int step)
    {
        byte[] bytes = [.. Garbage(1000, 1), .. (await MakeAsync(codec, 64, 44100, 2)).AsSpan(100, 40_000), .. Garbage(777, 2), .. await MakeAsync(codec, 64, 44100, 2)];
        var (whole, small) = (new FrameAssembler(TimeSpan.FromMilliseconds(250)), new FrameAssembler(TimeSpan.FromMilliseconds(250)));
        var expected = Encoded.Chunks(bytes, assembler: whole);
        var actual = Encoded.Chunks(bytes, step, small);
        Assert.Equal(expected.Select(Show), actual.Select(Show));
        Assert.Equal(whole.SkippedBytes, small.SkippedBytes);

        static string Show(AudioChunk chunk) => $"{chunk.Duration} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(chunk.Bytes.Span))}";
    }

    [Theory]
    [InlineData("mp3")]
    [InlineData("aac")]
    public async Task A_start_in_the_middle_of_a_frame_loses_only_that_frame(string codec)
    {
        var bytes = await MakeAsync(codec, 128, 44100, 2);
        Assert.True(FrameHeader.TryRead(bytes, out var first));
        for (var cut = 1; cut < first.Length; cut += 13)
        {
            var assembler = new FrameAssembler(TimeSpan.FromMilliseconds(250));
            var joined = Encoded.Join(Encoded.Chunks(bytes[cut..], assembler: assembler));
            Assert.Equal(first.Length - cut, assembler.SkippedBytes);
            Assert.Equal(bytes.AsSpan(first.Length, joined.Length), joined.AsSpan());
        }
    }

    [Fact]
    public async Task Bytes_between_frames_are_skipped_and_counted()
    {
        var mp3 = await MakeAsync("mp3", 128, 44100, 2);
        var half = FrameStartAfter(mp3, mp3.Length / 2);
        byte[] id3 = [.. "ID3\u0004\0\0\0\0\u0002\u0001"u8, .. Encoding.ASCII.GetBytes(new string('T', 257))];
        byte[] tag = [.. "TAG"u8, .. new byte[125]];
        byte[] bytes = [.. id3, .. mp3.AsSpan(0, half), .. tag, .. id3, .. mp3.AsSpan(half)];
        var assembler = new FrameAssembler(TimeSpan.FromMilliseconds(250));
        var joined = Encoded.Join(Encoded.Chunks(bytes, assembler: assembler));
        Assert.Equal((2 * id3.Length) + tag.Length, assembler.SkippedBytes);
        Assert.Equal(mp3[..joined.Length], joined);
    }

    [Fact]
    public async Task Bytes_that_look_like_a_header_by_chance_are_not_taken_for_a_frame()
    {
        var mp3 = await MakeAsync("mp3", 128, 44100, 2);
        byte[] falseSync = [0xFF, 0xFB, 0x90, 0x64, 1, 2, 3];
        byte[] falseAdts = [0xFF, 0xF1, 0x50, 0x80, 0x10, 0x1F, 0xFC];
        byte[] bytes = [.. falseSync, .. Garbage(410, 3), .. falseAdts, .. falseSync, .. mp3];
        var assembler = new FrameAssembler(TimeSpan.FromMilliseconds(250));
        var joined = Encoded.Join(Encoded.Chunks(bytes, assembler: assembler));
        Assert.Equal(bytes.Length - mp3.Length, assembler.SkippedBytes);
        Assert.Equal(mp3[..joined.Length], joined);
    }

    [Fact]
    public async Task A_damaged_frame_loses_little_more_than_itself()
    {
        var mp3 = await MakeAsync("mp3", 128, 44100, 2);
        var damaged = (byte[])mp3.Clone();
        var at = FrameStartAfter(mp3, 20_000);
        damaged[at] = 0;
        var chunks = Encoded.Chunks(damaged);
        Assert.InRange((Encoded.Sum(Encoded.Chunks(mp3)) - Encoded.Sum(chunks)).TotalMilliseconds, 20, 300);
    }

    [Theory]
    [InlineData("mp3 128 44100 2", "mp3 128 48000 2")]
    [InlineData("mp3 128 44100 2", "mp3 64 44100 1")]
    [InlineData("mp3 128 44100 2", "mp3 32 22050 2")]
    [InlineData("mp3 128 44100 2", "aac 96 44100 2")]
    [InlineData("aac 96 44100 2", "aac 64 44100 1")]
    [InlineData("aac 96 44100 2", "mp3 128 44100 2")]
    public async Task A_change_of_format_ends_a_chunk_and_loses_nothing(string before, string after)
    {
        var (first, second) = (await MakeAsync(before), await MakeAsync(after));
        var assembler = new FrameAssembler(TimeSpan.FromMilliseconds(250));
        var chunks = Encoded.Chunks([.. first, .. second], assembler: assembler);
        var formats = chunks.Select(chunk => chunk.Format).Distinct().ToList();
        Assert.Equal(2, formats.Count);
        Assert.Equal(formats, chunks.Select(chunk => chunk.Format).Aggregate(new List<AudioFormat>(), (runs, format) =>
        {
            if (runs.Count == 0 || runs[^1] != format)
                runs.Add(format);
            return runs;
        }));
        Assert.Equal(first, Encoded.Join(chunks.Where(chunk => chunk.Format == formats[0])));
        var rest = Encoded.Join(chunks.Where(chunk => chunk.Format == formats[1]));
        Assert.Equal(second[..rest.Length], rest);
        Assert.Equal(0, assembler.SkippedBytes);
    }

    [Theory]
    [InlineData("random")]
    [InlineData("sync words")]
    [InlineData("zeros")]
    public void Endless_garbage_does_not_grow_the_buffer(string kind)
    {
        var assembler = new FrameAssembler(TimeSpan.FromMilliseconds(250));
        var garbage = kind switch
        {
            "random" => Garbage(8192, 4),
            "zeros" => new byte[8192],
            _ => [.. Enumerable.Repeat((byte)0xFF, 8192)],
        };
        for (var i = 0; i < 2000; i++)
        {
            assembler.Write(garbage);
            while (assembler.TryRead(out _))
            {
            }
        }
        Assert.InRange(assembler.SkippedBytes, (2000L * 8192) - 64 * 1024, 2000L * 8192);
        Assert.InRange(Capacity(assembler), 1, 128 * 1024);
    }

    [Fact]
    public async Task Endless_audio_does_not_grow_the_buffer()
    {
        var mp3 = await MakeAsync("mp3", 128, 44100, 2);
        var assembler = new FrameAssembler(TimeSpan.FromMilliseconds(250));
        for (var i = 0; i < 50; i++)
            Encoded.Chunks(mp3, 8000, assembler);
        Assert.InRange(Capacity(assembler), 1, 128 * 1024);
    }

    private static int Capacity(FrameAssembler assembler) =>
        ((System.Buffers.ArrayBufferWriter<byte>)typeof(FrameAssembler).GetField("_buffer", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(assembler)!).Capacity;

    private static int FrameStartAfter(byte[] frames, int position)
    {
        var at = 0;
        while (at < position && FrameHeader.TryRead(frames.AsSpan(at), out var header))
            at += header.Length;
        return at;
    }

    private static byte[] Garbage(int count, int seed)
    {
        // The same bytes each time: the seed is constant.
        var state = (uint)seed * 2654435761u;
        var bytes = new byte[count];
        for (var i = 0; i < count; i++)
        {
            state = (state * 1664525u) + 1013904223u;
            bytes[i] = (byte)(state >> 24);
        }
        return bytes;
    }

    private static Task<byte[]> MakeAsync(string all)
    {
        var parts = all.Split(' ');
        return MakeAsync(parts[0], int.Parse(parts[1], null), int.Parse(parts[2], null), int.Parse(parts[3], null));
    }

    private static Task<byte[]> MakeAsync(string codec, int kbps, int sampleRate, int channels) =>
        codec == "mp3" ? Encoded.Mp3Async(kbps, sampleRate, channels) : Encoded.AacAsync(kbps, sampleRate, channels);
}
