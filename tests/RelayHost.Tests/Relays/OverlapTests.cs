using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Progressive;
using AudioOrleans.RelayHost.Relays;
using AudioOrleans.Testing;

namespace AudioOrleans.RelayHost.Tests.Relays;

public sealed class OverlapTests
{
    private readonly ManualTimeProvider _clock = new();

    [Theory]
    [InlineData(8.0, 10.0, 20.0)]
    [InlineData(5.0, 10.0, 10.3)]
    [InlineData(9.9, 10.0, 30.0)]
    public async Task Audio_that_is_sent_again_after_a_break_is_skipped(double from, double broke, double until)
    {
        var noise = await Encoded.Mp3Async(128, seconds: 30, sound: "noise");
        var before = Encoded.Chunks(At(noise, 0, broke));
        // The burst of a server can begin anywhere, even inside a frame.
        var after = Encoded.Chunks(At(noise, from, until));
        var heard = Encoded.Join([.. before, .. Take(before, after)]);
        Assert.Equal(noise[..heard.Length], heard);
        Assert.InRange(heard.Length / 16_000.0, until - 0.35, until);
    }

    [Fact]
    public async Task New_audio_is_passed_on_at_once()
    {
        var noise = await Encoded.Mp3Async(128, seconds: 30, sound: "noise");
        var (before, after) = (Encoded.Chunks(At(noise, 0, 10)), Encoded.Chunks(At(noise, 12, 20)));
        Assert.Equal(Encoded.Join(after), Encoded.Join(Take(before, after)));
        var overlap = new Overlap(Ring(before), _clock);
        Assert.Same(after[0], Assert.Single(overlap.Take(after[0])));
    }

    [Fact]
    public async Task Audio_that_repeats_itself_is_not_held_back_for_long()
    {
        var silence = Encoded.Chunks(await Encoded.Mp3Async(128, seconds: 20, sound: "silence"));
        var overlap = new Overlap(Ring(silence), _clock);
        var (taken, held) = (TimeSpan.Zero, TimeSpan.Zero);
        foreach (var chunk in silence)
        {
            _clock.Advance(chunk.Duration);
            var fresh = overlap.Take(chunk);
            taken += Encoded.Sum(fresh);
            if (taken == TimeSpan.Zero)
                held += chunk.Duration;
        }
        Assert.InRange(held.TotalSeconds, 0, 2.5);
        Assert.True(taken > TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task A_session_that_ends_early_passes_on_the_audio_it_held_back()
    {
        var silence = Encoded.Chunks(await Encoded.Mp3Async(128, seconds: 20, sound: "silence"));
        var overlap = new Overlap(Ring(silence), _clock);
        Assert.Empty(overlap.Take(silence[0]));
        Assert.Same(silence[0], Assert.Single(overlap.End()));
        Assert.Same(silence[1], Assert.Single(overlap.Take(silence[1])));
    }

    [Fact]
    public async Task A_file_that_is_sent_with_each_connection_is_heard_each_time()
    {
        var jingle = Encoded.Chunks(await Encoded.Mp3Async(128, seconds: 5, sound: "noise"));
        Assert.Equal(Encoded.Join(jingle), Encoded.Join(Take(jingle, jingle)));
        Assert.Equal(Encoded.Join(jingle), Encoded.Join(Take([.. jingle, .. jingle], jingle)));
    }

    [Fact]
    public async Task Audio_in_another_codec_counts_as_new()
    {
        var (mp3, aac) = (Encoded.Chunks(await Encoded.Mp3Async(128)), Encoded.Chunks(await Encoded.AacAsync(96)));
        Assert.Equal(Encoded.Join(aac), Encoded.Join(Take(mp3, aac)));
    }

    private static byte[] At(byte[] mp3, double from, double until) => mp3[(int)(from * 16_000)..(int)(until * 16_000)];

    private IEnumerable<AudioChunk> Take(IEnumerable<AudioChunk> before, IEnumerable<AudioChunk> after)
    {
        var overlap = new Overlap(Ring(before), _clock);
        return [.. after.SelectMany(overlap.Take), .. overlap.End()];
    }

    private static AudioRing Ring(IEnumerable<AudioChunk> chunks)
    {
        var ring = new AudioRing(80);
        foreach (var chunk in chunks)
            ring.Append(chunk);
        return ring;
    }
}
