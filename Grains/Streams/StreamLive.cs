using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Sources;

namespace AudioOrleans.Grains.Streams;

/// <summary>The live state of a stream, from the reports of relays and gateways.</summary>
public sealed class StreamLive(TimeProvider time)
{
    /// <summary>Without a heartbeat for this long, a relay counts as lost.</summary>
    public static readonly TimeSpan HeartbeatLimit = TimeSpan.FromMinutes(2);

    /// <summary>A gateway reports every few seconds; one that is silent for this long is considered gone.</summary>
    public static readonly TimeSpan AudienceLimit = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, (AudienceReport Report, DateTimeOffset At)> _audiences = [];
    private int? _bitrateKbps;
    private string? _codec;
    private string? _node;
    private DateTimeOffset? _liveSince;
    private DateTimeOffset? _lastHeartbeat;
    private ExternalHeartbeat? _external;
    private DateTimeOffset _externalAt;

    /// <summary>The stream's state.</summary>
    public LiveState State { get; private set; } = LiveState.Connecting;

    /// <summary>The title on air.</summary>
    public string? CurrentTrack { get; private set; }

    /// <summary>The reason for the state.</summary>
    public string? Reason { get; private set; }

    /// <summary>Listeners at gateways and external relays that reported recently.</summary>
    public int Listeners
    {
        get
        {
            var now = time.GetUtcNow();
            var inside = _audiences.Values.Where(audience => now - audience.At < AudienceLimit).Sum(audience => audience.Report.Progressive + audience.Report.Hls);
            return inside + (ExternalIsFresh(now) ? _external!.Listeners : 0);
        }
    }

    /// <summary>The last report of each gateway that reported recently.</summary>
    public ImmutableArray<AudienceReport> Audiences =>
        [.. _audiences.Values.Where(audience => time.GetUtcNow() - audience.At < AudienceLimit).Select(audience => audience.Report)];

    /// <summary>The last reports, to be stored.</summary>
    public StreamReports Reports => new()
    {
        CurrentTrack = CurrentTrack,
        Codec = _codec,
        BitrateKbps = _bitrateKbps,
        Node = _node,
        LastHeartbeat = _lastHeartbeat,
        Audiences = Audiences,
        At = time.GetUtcNow(),
        External = _external is null ? null : _external with { RelayToken = "" },
        ExternalAt = _externalAt,
    };

    /// <summary>Restores stored reports, unless newer ones are known.</summary>
    public void Restore(StreamReports reports)
    {
        CurrentTrack ??= reports.CurrentTrack;
        _codec ??= reports.Codec;
        _bitrateKbps ??= reports.BitrateKbps;
        _node ??= reports.Node;
        _lastHeartbeat ??= reports.LastHeartbeat;
        if (_external is null)
            (_external, _externalAt) = (reports.External, reports.ExternalAt);
        foreach (var audience in reports.Audiences)
            _audiences.TryAdd(audience.GatewayId, (audience, reports.At));
    }

    /// <summary>Restores what was known on another node.</summary>
    public void Restore(string? currentTrack, ImmutableArray<AudienceReport> audiences)
    {
        CurrentTrack = currentTrack;
        foreach (var audience in audiences)
            Apply(audience);
    }

    /// <summary>Resets the state: the relay was stopped, or is about to start.</summary>
    public void Reset(bool enabled)
    {
        State = enabled ? LiveState.Connecting : LiveState.Disabled;
        Reason = null;
        _liveSince = null;
        if (!enabled)
            CurrentTrack = null;
    }

    /// <summary>Applies a relay's report.</summary>
    public void Apply(RelayReport report)
    {
        _node = report.Node;
        _lastHeartbeat = report.At;
        switch (report.Kind)
        {
            case RelayReportKind.Title:
                CurrentTrack = string.IsNullOrEmpty(report.Text) ? null : report.Text;
                break;
            case RelayReportKind.State:
                State = report.State ?? State;
                Reason = report.Text;
                if (State == LiveState.Offline)
                    CurrentTrack = null;
                _liveSince = State == LiveState.Live ? report.At : null;
                TakeAudio(report);
                break;
            case RelayReportKind.Audio:
                TakeAudio(report);
                break;
            default:
                break;
        }
    }

    /// <summary>Applies the result of probing the source, until its relay reports.</summary>
    public void Apply(ProbeResult found)
    {
        CurrentTrack = string.IsNullOrEmpty(found.Title) ? null : found.Title;
        _codec = NameOf(found.Format.Codec);
        _bitrateKbps = found.BitrateKbps;
    }

    /// <summary>Applies a heartbeat of an external relay.</summary>
    public void Apply(ExternalHeartbeat heartbeat)
    {
        _external = heartbeat;
        _externalAt = time.GetUtcNow();
        _lastHeartbeat = _externalAt;
    }

    /// <summary>Applies a gateway's count.</summary>
    public void Apply(AudienceReport report)
    {
        var now = time.GetUtcNow();
        foreach (var gone in _audiences.Where(audience => now - audience.Value.At >= AudienceLimit).Select(audience => audience.Key).ToArray())
            _audiences.Remove(gone);
        _audiences[report.GatewayId] = (report, now);
    }

    /// <summary>The current status.</summary>
    public StreamStatus ToStatus(Guid streamId, string name)
    {
        var now = time.GetUtcNow();
        var uptime = _liveSince is { } since ? now - since : ExternalIsFresh(now) ? _external!.Uptime : TimeSpan.Zero;
        return new StreamStatus(
            streamId, name, State, CurrentTrack, _bitrateKbps, _codec, Listeners, _liveSince, uptime,
            _lastHeartbeat is { } last && now - last < HeartbeatLimit, _lastHeartbeat, State == LiveState.Disabled ? null : _node,
            ExternalIsFresh(now) ? _external!.CpuUsage : null);
    }

    /// <summary>The name of a codec in responses.</summary>
    public static string NameOf(AudioCodec codec) => codec == AudioCodec.Mp3 ? "mp3" : "aac";

    private void TakeAudio(RelayReport report) => (_codec, _bitrateKbps) = (report.Codec ?? _codec, report.BitrateKbps ?? _bitrateKbps);

    private bool ExternalIsFresh(DateTimeOffset now) => _external is not null && now - _externalAt < HeartbeatLimit;
}
