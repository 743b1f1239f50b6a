using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Relays;

namespace AudioOrleans.RelayHost.Tests.Relays;

public sealed class RateMeterTests
{
    [Fact]
    public async Task A_wrong_announced_bitrate_is_corrected_after_some_seconds()
    {
        var chunks = Encoded.Chunks(await Encoded.Mp3Async(64, seconds: 20));
        var meter = new RateMeter();
        Assert.Equal(320, meter.Begin(chunks[0], announcedKbps: 320));
        Assert.Equal([64], Changes(meter, chunks));
    }

    [Theory]
    [InlineData(128)]
    [InlineData(127)]
    [InlineData(null)]
    public async Task A_correct_announced_bitrate_is_kept(int? announced)
    {
        var chunks = Encoded.Chunks(await Encoded.Mp3Async(128, seconds: 20));
        var meter = new RateMeter();
        Assert.InRange(meter.Begin(chunks[0], announced), 125, 131);
        Assert.Empty(Changes(meter, chunks));
    }

    [Fact]
    public async Task A_variable_bitrate_is_measured_near_its_mean()
    {
        var bytes = await Encoded.Mp3Async(4, seconds: 20, sound: "noise");
        var meter = new RateMeter();
        meter.Begin(Encoded.Chunks(bytes)[0], announcedKbps: 32);
        Assert.InRange(Changes(meter, Encoded.Chunks(bytes)).Single() * 20_000 / 8 / (double)bytes.Length, 0.9, 1.1);
    }

    [Fact]
    public async Task Another_format_is_reported_at_once()
    {
        var meter = new RateMeter();
        var (mp3, aac) = (Encoded.Chunks(await Encoded.Mp3Async(128)), Encoded.Chunks(await Encoded.AacAsync(64, sound: "noise")));
        meter.Begin(mp3[0], announcedKbps: 128);
        Assert.Empty(Changes(meter, mp3));
        Assert.True(meter.Take(aac[0], out _));
        Assert.InRange(Changes(meter, aac).DefaultIfEmpty(64).Last(), 50, 75);
    }

    private static List<int> Changes(RateMeter meter, IEnumerable<AudioChunk> chunks)
    {
        var changes = new List<int>();
        foreach (var chunk in chunks)
        {
            if (meter.Take(chunk, out var kbps))
                changes.Add(kbps);
        }
        return changes;
    }
}
