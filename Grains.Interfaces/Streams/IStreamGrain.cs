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
