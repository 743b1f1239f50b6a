using System.IO.Pipelines;
using AudioOrleans.RelayHost.Hls;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.RelayHost.Nodes;

/// <summary>
/// A copy of a part of another node's relay, kept over one connection however many listeners it has here. When the relay moves or its node dies, the
/// copy finds it again and continues; its listeners get a gap at most.
/// </summary>
internal abstract class RelayReplica(Guid streamId, RelayReplicaServices services) : IAsyncDisposable
{
    /// <summary>The pause before looking for the relay again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _stopping = new();
    private readonly SegmentBuffer _segments = new();
    private Task _work = Task.CompletedTask;
    /// <summary>A loss is logged as a warning only once, not on each retry, until data arrives again.</summary>
    private bool _lost;

    private long _usedAt = services.Time.GetTimestamp();

    /// <summary>Whether the stream, and so the copy, is over.</summary>
    public bool IsOver { get; private set; }

    /// <summary>How long the copy has been unused.</summary>
    public virtual TimeSpan Idle => Services.Time.GetElapsedTime(Volatile.Read(ref _usedAt));

    protected Guid StreamId { get; } = streamId;

    protected RelayReplicaServices Services { get; } = services;

    /// <summary>Marks the copy as in use.</summary>
    public void Touch() => Volatile.Write(ref _usedAt, Services.Time.GetTimestamp());

    /// <summary>Starts to follow the relay, independent of the request that caused it.</summary>
    public void Start()
    {
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
            _work = Task.Run(() => RunAsync(_stopping.Token));
    }

    /// <summary>Stops following.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _work;
        Close();
        _stopping.Dispose();
    }

    /// <summary>Follows the relay on a node until it ends there.</summary>
    protected abstract Task FollowAsync(Uri node, CancellationToken cancellationToken);

    /// <summary>Ends the copy for its listeners: no more data will come.</summary>
    protected abstract void Close();

    /// <summary>Reads messages until the node ends the response; a silent node counts as dead.</summary>
    protected async Task ReadAsync(HttpResponseMessage response, Action<NodeFrame> onFrame, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(NodeProtocol.SilenceLimit, Services.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        var reader = PipeReader.Create(await response.Content.ReadAsStreamAsync(both.Token));
        try
        {
            while (await NodeFrames.ReadAsync(reader, _segments, both.Token) is { } frame)
            {
                silence.CancelAfter(NodeProtocol.SilenceLimit);
                _lost = false;
                onFrame(frame);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The node sent nothing for {NodeProtocol.SilenceLimit.TotalSeconds:0} s.");
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var location = await Services.Locator.LocateAsync(StreamId, cancellationToken);
                if (location.IsOver)
                {
                    IsOver = true;
                    Close();
                    return;
                }
                if (location.Node is { } node)
                    await FollowAsync(node, cancellationToken);
                await Task.Delay(Pause, Services.Time, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // Whatever failed, the listeners stay connected: the relay is looked for until it is found.
                Services.Logger.Log(_lost ? LogLevel.Debug : LogLevel.Warning, exception, "The relay of {StreamId} was lost; searching for it", StreamId);
                _lost = true;
                await Task.WhenAny(Task.Delay(Pause, Services.Time, cancellationToken));
            }
        }
    }
}

/// <summary>The services that all copies of a process share.</summary>
internal sealed record RelayReplicaServices(NodeClient Nodes, IRelayLocator Locator, Relays.RelayOptions Options, TimeProvider Time, ILogger Logger);
