using System.Collections.Concurrent;
using System.Threading.Channels;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Streams;

namespace AudioOrleans.Gateway.Streams;

/// <summary>
/// Watches streams on behalf of event listeners: one observer per stream and gateway, however many listeners there are, and none without
/// listeners.
/// </summary>
public sealed class StreamWatch(IGrainFactory grains, TimeProvider time, ILogger<StreamWatch> logger)
{
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<Guid, Watch> _watches = new();

    /// <summary>Subscribes to the stream's changes, with the current state first; null when the stream does not exist.</summary>
    public async Task<Subscription?> SubscribeAsync(Guid streamId)
    {
        while (true)
        {
            var watch = _watches.GetOrAdd(streamId, id => new Watch(id, grains, time, logger));
            if (watch.TryJoin() is not { } subscription)
            {
                _watches.TryRemove(new KeyValuePair<Guid, Watch>(streamId, watch));
                continue;
            }
            StreamChange? now = null;
            try
            {
                now = await watch.RenewAsync();
            }
            finally
            {
                if (now is null)
                    subscription.Dispose(); // The stream does not exist, or the grain did not respond.
            }
            if (now is null)
                return null;
            subscription.Offer(now);
            return subscription;
        }
    }

    /// <summary>One event listener.</summary>
    public sealed class Subscription : IDisposable
    {
        private readonly Channel<StreamChange> _changes = Channel.CreateBounded<StreamChange>(
            new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.DropOldest });

        private readonly Watch _watch;

        internal Subscription(Watch watch) => _watch = watch;

        /// <summary>The changes; a listener that falls behind misses the oldest.</summary>
        public ChannelReader<StreamChange> Changes => _changes.Reader;

        /// <summary>Ends the subscription.</summary>
        public void Dispose() => _watch.Leave(this);

        internal void Offer(StreamChange change) => _changes.Writer.TryWrite(change);
    }

    internal sealed class Watch : IStreamObserver, IAsyncDisposable
    {
        private readonly Lock _lock = new();
        private readonly HashSet<Subscription> _subscriptions = [];
        private readonly IStreamAudienceGrain _grain;
        private readonly IGrainFactory _grains;
        private readonly IStreamObserver _reference;
        private readonly ILogger _logger;
        private readonly ITimer _renewal;
        private bool _ended;

        public Watch(Guid streamId, IGrainFactory grains, TimeProvider time, ILogger logger)
        {
            _grains = grains;
            _logger = logger;
            _grain = grains.GetGrain<IStreamAudienceGrain>(GrainKeys.Stream(streamId));
            _reference = grains.CreateObjectReference<IStreamObserver>(this);
            _renewal = time.CreateTimer(_ => _ = RenewQuietlyAsync(), null, Renewal, Renewal);
        }

        public Subscription? TryJoin()
        {
            lock (_lock)
            {
                if (_ended)
                    return null;
                var subscription = new Subscription(this);
                _subscriptions.Add(subscription);
                return subscription;
            }
        }

        public void Leave(Subscription subscription)
        {
            lock (_lock)
            {
                if (!_subscriptions.Remove(subscription) || _subscriptions.Count > 0)
                    return;
                _ended = true;
            }
            _ = DisposeAsync().AsTask();
        }

        public Task<StreamChange?> RenewAsync() => _grain.Subscribe(_reference);

        public Task Changed(StreamChange change)
        {
            lock (_lock)
            {
                foreach (var subscription in _subscriptions)
                    subscription.Offer(change);
            }
            return Task.CompletedTask;
        }

        public async ValueTask DisposeAsync()
        {
            await _renewal.DisposeAsync();
            try
            {
                await _grain.Unsubscribe(_reference);
            }
            catch (Exception exception) when (exception.IsFailedCall())
            {
                _logger.LogDebug(exception, "The observer could not be unsubscribed; the grain removes it within a minute");
            }
            _grains.DeleteObjectReference<IStreamObserver>(_reference);
        }

        private async Task RenewQuietlyAsync()
        {
            try
            {
                // The current state may be a change, if the stream's node died without notifying us.
                if (await RenewAsync() is { } now)
                    await Changed(now);
            }
            catch (Exception exception) when (exception.IsFailedCall())
            {
                _logger.LogWarning(exception, "A subscription could not be renewed; it will be tried again");
            }
        }
    }
}
