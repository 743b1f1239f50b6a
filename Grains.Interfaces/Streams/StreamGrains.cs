using AudioOrleans.Grains.Interfaces.Access;

namespace AudioOrleans.Grains.Interfaces.Streams;

/// <summary>A stream as its owner manages it and others view it. Key: <see cref="GrainKeys.Stream"/>.</summary>
[Alias("audio.streams.IStreamGrain")]
public interface IStreamGrain : IGrainWithStringKey
{
    /// <summary>Probes the source, stores the stream and starts its relay.</summary>
    [Alias("Register"), ResponseTimeout(ResponseTimes.Slow)]
    Task<StreamOutcome> Register(RegisterStream command);

    /// <summary>The stream's settings.</summary>
    /// <exception cref="AudioException">NotFound.</exception>
    [AlwaysInterleave, Alias("Get")]
    Task<StreamDetails> Get(Caller caller);

    /// <summary>The stream's current status.</summary>
    /// <exception cref="AudioException">NotFound.</exception>
    [AlwaysInterleave, Alias("GetStatus")]
    Task<StreamStatus> GetStatus();

    /// <summary>Changes the stream; a new source is probed first.</summary>
    /// <exception cref="AudioException">NotFound, Forbidden for anyone but the owner, or Stale if its revision is not the expected one.</exception>
    [Alias("Update"), ResponseTimeout(ResponseTimes.Slow)]
    Task<StreamOutcome> Update(Caller caller, StreamPatch patch);

    /// <summary>Replaces the invitations; each is the id of an account or an e-mail address.</summary>
    /// <returns>The problem with one of them; null if all are valid.</returns>
    /// <exception cref="AudioException">NotFound, or Forbidden for anyone but the owner.</exception>
    [Alias("Invite")]
    Task<FieldProblem?> Invite(Caller caller, ImmutableArray<string> commands);

    /// <summary>The invitations.</summary>
    /// <exception cref="AudioException">NotFound, or Forbidden for anyone but the owner.</exception>
    [Alias("GetInvited"), AlwaysInterleave]
    Task<Invitations> GetInvited(Caller caller);

    /// <summary>Stops the relay and deletes the stream.</summary>
    /// <exception cref="AudioException">NotFound, or Forbidden for anyone but the owner.</exception>
    [Alias("Delete"), ResponseTimeout(ResponseTimes.Slow)]
    Task Delete(Caller caller);
}

/// <summary>A stream as its relay uses it. Key: <see cref="GrainKeys.Stream"/>.</summary>
[Alias("audio.streams.IStreamRelayGrain")]
public interface IStreamRelayGrain : IGrainWithStringKey
{
    /// <summary>Ensures that the stream is relayed if it is enabled; called when a silo starts.</summary>
    [Alias("EnsureRelaying"), ResponseTimeout(ResponseTimes.Slow)]
    Task EnsureRelaying();

    /// <summary>Records a report from our own relay.</summary>
    [Alias("Report")]
    Task Report(RelayReport report);

    /// <summary>Moves the stream to the least loaded node, if that is a different one; called by a node that is about to stop.</summary>
    [Alias("Leave")]
    Task Leave();

    /// <summary>Records a heartbeat from an external relay.</summary>
    /// <exception cref="AudioException">NotFound, or Forbidden if the token does not belong to the stream.</exception>
    [Alias("Beat")]
    Task ReportHeartbeat(ExternalHeartbeat heartbeat);
}

/// <summary>A stream as gateways use it for their listeners. Key: <see cref="GrainKeys.Stream"/>.</summary>
[Alias("audio.streams.IStreamAudienceGrain")]
public interface IStreamAudienceGrain : IGrainWithStringKey
{
    /// <summary>Who may listen; null if there is no such stream.</summary>
    [AlwaysInterleave, Alias("GetAccess")]
    Task<StreamAccess?> GetAccess();

    /// <summary>Records a gateway's listener count. A report is valid for 30 s.</summary>
    [AlwaysInterleave, Alias("ReportAudience")]
    Task ReportAudience(AudienceReport report);

    /// <summary>Notifies the observer of each change for one minute; subscribe again to continue.</summary>
    /// <returns>The stream's current state; null if there is no such stream.</returns>
    [AlwaysInterleave, Alias("Subscribe")]
    Task<StreamChange?> Subscribe(IStreamObserver observer);

    /// <summary>Stops notifying the observer.</summary>
    [AlwaysInterleave, Alias("Unsubscribe")]
    Task Unsubscribe(IStreamObserver observer);
}

/// <summary>Observes a stream.</summary>
[Alias("audio.streams.IStreamObserver")]
public interface IStreamObserver : IGrainObserver
{
    /// <summary>The stream changed.</summary>
    [Alias("Changed"), OneWay]
    Task Changed(StreamChange change);
}

/// <summary>Lists of streams, read from SQL. A stateless worker: key <see cref="GrainKeys.Shared"/>.</summary>
[Alias("audio.streams.IStreamCatalogGrain")]
public interface IStreamCatalogGrain : IGrainWithStringKey
{
    /// <summary>Public streams and the caller's own, newest first.</summary>
    [Alias("List")]
    Task<Page<StreamListItem>> List(Caller caller, PageRequest page, bool ownOnly);

    /// <summary>The tracks that a stream played, newest first.</summary>
    [Alias("GetHistory")]
    Task<Page<TrackPlayed>> GetHistory(Guid streamId, PageRequest page);

    /// <summary>A stream's timeline, newest first.</summary>
    [Alias("GetTimeline")]
    Task<Page<TimelineEntry>> GetTimeline(Guid streamId, PageRequest page);
}
