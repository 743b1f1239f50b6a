using System.Threading.Channels;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Hls;
using AudioOrleans.RelayHost.Progressive;
using AudioOrleans.RelayHost.Sources;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.RelayHost.Relays;

/// <summary>
/// The pipeline of one stream on this node: source -> frames -> ring for progressive listeners, and -> segmenter -> playlist. It reconnects
/// indefinitely and reports events to its observer.
/// </summary>
public sealed class Relay : IAsyncDisposable
{
    private readonly RelayServices _services;
    private readonly Backoff _backoff = new(Random.Shared.NextDouble);
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _leavingSource = new();
    private readonly SourceBuffer _sourceBuffer;
    private readonly RateMeter _rate = new();
    private readonly SegmentFeed _segments;
    private readonly Channel<RelayEvent> _events = Channel.CreateBounded<RelayEvent>(
        new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private Task _work = Task.CompletedTask;
    private Task _sourcing = Task.CompletedTask;
    private Task _segmenting = Task.CompletedTask;
    private long _liveSince;
    private bool _withMetadata = true;
    private string _lastTitle = "";

    /// <summary>How long audio must flow before the backoff resets, so that a source that comes and goes is not flooded with connections.</summary>
    private static readonly TimeSpan Stable = TimeSpan.FromSeconds(10);

    /// <summary>Time limit for the last segment of a relay that ends.</summary>
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(3);

    internal Relay(RelaySpec spec, RelayServices services, long lowestSequence = 0, long firstDiscontinuity = 0, bool takesOver = false)
    {
        _services = services;
        Spec = spec;
        Playlist = new LivePlaylist(services.Options.SegmentDuration, services.Time, lowestSequence, firstDiscontinuity);
        Ring = services.Options.CreateRing();
        _sourceBuffer = new SourceBuffer(services.Time);
        _segments = new SegmentFeed(services.Segmenters, Playlist, services.Options, services.Time, SegmenterRestarted, takesOver);
    }

    /// <summary>What is relayed.</summary>
    public RelaySpec Spec { get; }

    /// <summary>The HLS playlist and its segments.</summary>
    public LivePlaylist Playlist { get; }

    /// <summary>The progressive audio.</summary>
    public AudioRing Ring { get; }

    /// <summary>The relay's current state.</summary>
    public RelayState State { get; private set; } = RelayState.Connecting;

    /// <summary>Whether this relay can still use the window of the stream's previous relay.</summary>
    public bool WantsWindow => _segments.AwaitsWindow;

    internal void Start()
    {
        // A relay outlives the request that starts it: that request's execution context must not flow into the relay's logs and reports.
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            _sourcing = Task.Run(() => RunAsync(_leavingSource.Token));
            _segmenting = Task.Run(() => UntilStopped(_segments.RunAsync));
            _work = Task.WhenAll(
                _sourcing,
                _segmenting,
                Task.Run(() => UntilStopped(ReportAsync)),
                Task.Run(() => UntilStopped(HeartbeatAsync)));
        }
    }

    /// <summary>Disconnects from the source and waits until everything it sent has become segments, so that another relay can continue from there.</summary>
    public async Task EndAsync()
    {
        await _leavingSource.CancelAsync();
        await _sourcing;
        Ring.Close();
        _segments.Complete();
        await Task.WhenAny(_segmenting, Task.Delay(LongestEnd, _services.Time));
    }

    /// <summary>Stops the relay: disconnects listeners, ends the segmenter and stops reporting to the observer.</summary>
    public async ValueTask DisposeAsync()
    {
        await _leavingSource.CancelAsync();
        await _stopping.CancelAsync();
        Ring.Close();
        Playlist.Close();
        await _work;
        await _segments.DisposeAsync();
        _leavingSource.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        long? failingSince = null;
        Report(RelayState.Connecting, null);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await RelaySourceAsync(onLive: () => failingSince = null, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // The stream must recover from any failure: an unexpected exception is logged in full and retried like the others.
                if (exception is not SourceException)
                    _services.Logger.LogError(exception, "Relay {StreamId} failed", Spec.StreamId);
                _segments.EndSession();
                if (_liveSince != 0 && _services.Time.GetElapsedTime(_liveSince) >= Stable)
                    _backoff.Reset();
                _liveSince = 0;
                failingSince ??= _services.Time.GetTimestamp();
                var reason = exception is SourceException ? exception.Message : "The relay failed; see the log.";
                var metadataLies = exception is SourceException { Fault: SourceFault.MetadataInvalid };
                if (metadataLies)
                    _withMetadata = false;
                try
                {
                    await PauseAsync(failingSince.Value, reason, cancellationToken);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
        }
    }

    private async Task RelaySourceAsync(Action onLive, CancellationToken cancellationToken)
    {
        await using var connection = await _services.Connector.OpenAsync(Spec.Source, _withMetadata, cancellationToken);
        var session = new SourceSession(connection, new Overlap(Ring, _services.Time), _sourceBuffer, _services.Options, _services.Time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var titles = new TitlePage(_services.Pages, Spec.Source, connection, _services.Time).FollowAsync(session, TitleChanged, over.Token);
        var live = false;
        try
        {
            await session.RunAsync(
                chunk =>
                {
                    if (!live)
                    {
                        live = true;
                        onLive();
                        GoLive(chunk, connection.Announcement);
                    }
                    if (_rate.Take(chunk, out var kbps))
                        AudioChanged(chunk.Format, kbps);
                    Ring.Append(chunk);
                    _segments.Offer(chunk);
                },
                TitleChanged,
                cancellationToken);
        }
        finally
        {
            await over.CancelAsync();
            await titles;
        }
    }

    private void GoLive(AudioChunk chunk, IcyAnnouncement announcement)
    {
        _liveSince = _services.Time.GetTimestamp();
        if (State == RelayState.Offline)
            Ring.ForgetPast();
        var kbps = _rate.Begin(chunk, announcement.BitrateKbps);
        Ring.BytesPerSecond = kbps * 125;
        Report(RelayState.Live, null, chunk.Format, kbps);
    }

    private void AudioChanged(AudioFormat format, int kbps)
    {
        Ring.BytesPerSecond = kbps * 125;
        _events.Writer.TryWrite(new RelayAudioChanged(_services.Time.GetUtcNow(), format, kbps));
    }

    /// <summary>Waits for the next attempt, and reports the offline state on time even when that falls within the wait.</summary>
    private async Task PauseAsync(long failingSince, string reason, CancellationToken cancellationToken)
    {
        var untilOffline = _services.Options.OfflineAfter - _services.Time.GetElapsedTime(failingSince);
        if (untilOffline <= TimeSpan.Zero)
        {
            Report(RelayState.Offline, reason);
            await Task.Delay(_backoff.Around(_services.Options.OfflineRetry), _services.Time, cancellationToken);
            return;
        }
        Report(RelayState.Retrying, reason);
        var pause = _backoff.Next();
        await Task.Delay(pause < untilOffline ? pause : untilOffline, _services.Time, cancellationToken);
        if (pause >= untilOffline)
            Report(RelayState.Offline, reason);
    }

    private void TitleChanged(string title)
    {
        // A source that reconnects sends its title again: not a change.
        if (title == _lastTitle)
            return;
        _lastTitle = title;
        _events.Writer.TryWrite(new RelayTitleChanged(_services.Time.GetUtcNow(), title));
    }

    private void SegmenterRestarted(string reason)
    {
        _services.Logger.LogWarning("The segmenter of {StreamId} was restarted: {Reason}", Spec.StreamId, reason);
        _events.Writer.TryWrite(new RelaySegmenterRestarted(_services.Time.GetUtcNow(), reason));
    }

    private void Report(RelayState state, string? reason, AudioFormat? format = null, int? bitrateKbps = null)
    {
        State = state;
        // A title from before a long outage is stale: if it is sent again, it counts as a change.
        if (state == RelayState.Offline)
            _lastTitle = "";
        _events.Writer.TryWrite(new RelayStateChanged(_services.Time.GetUtcNow(), state, reason, format, bitrateKbps));
    }

    private async Task HeartbeatAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_services.Options.HeartbeatInterval, _services.Time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var since = _liveSince;
            var uptime = since == 0 ? TimeSpan.Zero : _services.Time.GetElapsedTime(since);
            _events.Writer.TryWrite(new RelayRunning(_services.Time.GetUtcNow(), uptime));
        }
    }

    private async Task ReportAsync(CancellationToken cancellationToken)
    {
        await foreach (var relayEvent in _events.Reader.ReadAllAsync(cancellationToken))
        {
            for (var told = false; !told;)
            {
                try
                {
                    await _services.Observer.OnEventAsync(Spec.StreamId, relayEvent with { LastDiscontinuity = Playlist.LastDiscontinuity }, cancellationToken);
                    told = true;
                }
                catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
                {
                    _services.Logger.LogWarning(exception, "Stream {StreamId} could not be notified of {Event}; trying again", Spec.StreamId, relayEvent);
                    await Task.Delay(TimeSpan.FromSeconds(1), _services.Time, cancellationToken);
                }
            }
        }
    }

    /// <summary>Runs a part until it completes or the relay stops. A failure is logged and the part restarted, because the stream must go on.</summary>
    private async Task UntilStopped(Func<CancellationToken, Task> work)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await work(_stopping.Token);
                return;
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                _services.Logger.LogCritical(exception, "A part of relay {StreamId} failed", Spec.StreamId);
                await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(1), _services.Time, _stopping.Token));
            }
        }
    }
}
