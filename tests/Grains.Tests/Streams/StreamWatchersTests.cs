using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.Grains.Streams;
using AudioOrleans.Testing;

namespace AudioOrleans.Grains.Tests.Streams;

public sealed class StreamWatchersTests
{
    private static readonly StreamChange Live = new(LiveState.Live, "A - B", 1, null);

    private readonly ManualTimeProvider _clock = new();
    private readonly StreamWatchers _watchers;
    private readonly Watcher _watcher = new();

    public StreamWatchersTests() => _watchers = new StreamWatchers(_clock);

    [Fact]
    public async Task A_change_is_told_to_all_and_only_once()
    {
        var other = new Watcher();
        _watchers.Add(_watcher);
        _watchers.Add(other);
        await _watchers.Tell(Live);
        await _watchers.Tell(Live with { });
        await _watchers.Tell(Live with { Listeners = 2 });
        Assert.Equal([Live, Live with { Listeners = 2 }], _watcher.Told);
        Assert.Equal(_watcher.Told, other.Told);
    }

    [Fact]
    public async Task Who_does_not_subscribe_again_within_a_minute_is_forgotten()
    {
        _watchers.Add(_watcher);
        _clock.Advance(TimeSpan.FromSeconds(50));
        _watchers.Add(_watcher);
        _clock.Advance(TimeSpan.FromSeconds(60));
        await _watchers.Tell(Live);
        Assert.Single(_watcher.Told);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await _watchers.Tell(Live with { Listeners = 2 });
        Assert.Single(_watcher.Told);
    }

    [Fact]
    public async Task Who_unsubscribes_is_told_no_more()
    {
        _watchers.Add(_watcher);
        _watchers.Remove(_watcher);
        await _watchers.Tell(Live);
        Assert.Empty(_watcher.Told);
    }

    private sealed class Watcher : IStreamObserver
    {
        public List<StreamChange> Told { get; } = [];

        public Task Changed(StreamChange change)
        {
            Told.Add(change);
            return Task.CompletedTask;
        }
    }
}
