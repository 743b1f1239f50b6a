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
    public async Task A_change_is_sent_to_every_watcher_once()
    {
        var other = new Watcher();
        _watchers.Add(_watcher);
        _watchers.Add(other);
        await _watchers.Tell(Live);
        await _watchers.Tell(Live with { });
        await _watchers.Tell(Live with { Listeners = 2 });
        Assert.Equal([Live, Live with { Listeners = 2 }], _watcher.Changes);
        Assert.Equal(_watcher.Changes, other.Changes);
    }

    [Fact]
    public async Task A_watcher_that_does_not_subscribe_again_within_a_minute_is_removed()
    {
        _watchers.Add(_watcher);
        _clock.Advance(TimeSpan.FromSeconds(50));
        _watchers.Add(_watcher);
        _clock.Advance(TimeSpan.FromSeconds(60));
        await _watchers.Tell(Live);
        Assert.Single(_watcher.Changes);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await _watchers.Tell(Live with { Listeners = 2 });
        Assert.Single(_watcher.Changes);
    }

    [Fact]
    public async Task A_watcher_that_unsubscribes_gets_no_more_changes()
    {
        _watchers.Add(_watcher);
        _watchers.Remove(_watcher);
        await _watchers.Tell(Live);
        Assert.Empty(_watcher.Changes);
    }

    private sealed class Watcher : IStreamObserver
    {
        public List<StreamChange> Changes { get; } = [];

        public Task Changed(StreamChange change)
        {
            Changes.Add(change);
            return Task.CompletedTask;
        }
    }
}
