using System.Text;
using AudioOrleans.RelayHost.Sources;

namespace AudioOrleans.RelayHost.Tests.Sources;

public sealed class IcyDemuxerTests
{
    [Fact]
    public void Any_split_of_the_input_gives_the_same_audio_and_titles()
    {
        var audio = new byte[5000];
        Random.Shared.NextBytes(audio);
        var input = Interleave(audio, 1000, ["one", null, "two';three", ""]);
        var whole = Read(input, 1000, input.Length);
        Assert.Equal(audio, whole.Audio);
        Assert.Equal(["one", "two';three", ""], whole.Titles);
        foreach (var step in new[] { 1, 2, 3, 15, 16, 17, 999, 1000, 1001, 1017, 4096 })
        {
            var split = Read(input, 1000, step);
            Assert.Equal(whole.Audio, split.Audio);
            Assert.Equal(whole.Titles, split.Titles);
        }
    }

    [Fact]
    public void The_longest_block_is_4080_bytes()
    {
        var block = new byte[1 + 4080];
        block[0] = 255;
        Encoding.ASCII.GetBytes($"StreamTitle='{new string('x', 4065)}';").CopyTo(block, 1);
        byte[] input = [1, 2, 3, .. block, 4, 5, 6];
        foreach (var step in new[] { 1, 100, 5000 })
        {
            var result = Read(input, 3, step);
            Assert.Equal([1, 2, 3, 4, 5, 6], result.Audio);
            Assert.Equal(new string('x', 4065), Assert.Single(result.Titles));
        }
    }

    [Fact]
    public void A_length_of_zero_leaves_the_title_unchanged()
    {
        var result = Read([1, 2, 0, 3, 4, 0, 5], 2, 7);
        Assert.Equal([1, 2, 3, 4, 5], result.Audio);
        Assert.Empty(result.Titles);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Without_an_interval_all_bytes_are_audio(int interval)
    {
        var bytes = Encoding.ASCII.GetBytes("\u0001StreamTitle='x';");
        Assert.Equal(bytes, Read(bytes, interval, 5).Audio);
    }

    [Fact]
    public void A_source_that_sends_audio_where_metadata_should_be_is_detected()
    {
        var input = new byte[20_000];
        Array.Fill(input, (byte)0x55);
        var fault = Assert.Throws<SourceException>(() => Read(input, 100, 512)).Fault;
        Assert.Equal(SourceFault.MetadataInvalid, fault);
    }

    [Fact]
    public void Blocks_with_only_other_fields_are_valid()
    {
        var audio = new byte[1000];
        var block = Encoding.ASCII.GetBytes("\u0002StreamUrl='http://example.org';");
        Array.Resize(ref block, 33);
        var input = Enumerable.Range(0, 10).SelectMany(_ => (byte[])[.. audio.AsSpan(0, 100), .. block]).ToArray();
        var result = Read(input, 100, 64);
        Assert.Equal(1000, result.Audio.Length);
        Assert.Empty(result.Titles);
    }

    private static (byte[] Audio, List<string> Titles) Read(byte[] input, int interval, int step)
    {
        var demuxer = new IcyDemuxer(interval);
        var (audio, titles) = (new List<byte>(), new List<string>());
        for (var at = 0; at < input.Length; at += step)
        {
            ReadOnlySpan<byte> part = input.AsSpan(at, Math.Min(step, input.Length - at));
            while (demuxer.TryRead(ref part, out var run, out var title))
            {
                audio.AddRange(run);
                if (title is not null)
                    titles.Add(title);
            }
        }
        return ([.. audio], titles);
    }

    private static byte[] Interleave(byte[] audio, int interval, string?[] titles)
    {
        var all = new List<byte>();
        for (var i = 0; i * interval < audio.Length; i++)
        {
            all.AddRange(audio.AsSpan(i * interval, interval));
            if (i < titles.Length)
                all.AddRange(titles[i] is not { } title ? [0] : title.Contains("';", StringComparison.Ordinal) ? Raw(title) : StreamTitle.ToBlock(title));
            else
                all.Add(0);
        }
        return [.. all];

        static byte[] Raw(string title)
        {
            var text = Encoding.ASCII.GetBytes($"StreamTitle='{title}';");
            var block = new byte[1 + ((text.Length + 15) / 16 * 16)];
            block[0] = (byte)(block.Length / 16);
            text.CopyTo(block, 1);
            return block;
        }
    }
}
