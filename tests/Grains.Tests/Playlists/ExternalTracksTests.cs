using System.Collections.Immutable;
using System.Reflection;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Grains.Playlists;
using AudioOrleans.Testing;

namespace AudioOrleans.Grains.Tests.Playlists;

public sealed class ExternalTracksTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Addresses_are_queried_in_batches_of_fifty_and_each_at_most_once_a_second_while_it_is_fetched()
    {
        var external = new ExternalTracks(Factory.Create(), _clock);
        ImmutableArray<StoredTrack> tracks = [.. Enumerable.Range(0, 120).Select(i => new StoredTrack { TrackId = Guid.NewGuid(), Url = $"https://radio.example.org/{i}.mp3" })];
        var asked = new List<string>();
        foreach (var expected in new[] { 50, 50, 20, 0 })
        {
            var answers = await external.AskAsync(tracks);
            Assert.Equal(expected, answers.Count);
            asked.AddRange(answers.Keys);
        }
        Assert.Equal(120, asked.Distinct().Count());
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(50, (await external.AskAsync(tracks)).Count);
    }

    public class Factory : DispatchProxy
    {
        public static IGrainFactory Create() => Create<IGrainFactory, Factory>();

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => DispatchProxy.Create<IExternalAudioGrain, Grain>();
    }

    public class Grain : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Task.FromResult(new ExternalAudio(null, null));
    }
}
