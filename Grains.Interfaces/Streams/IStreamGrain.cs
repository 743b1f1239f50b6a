using AudioOrleans.Grains.Interfaces.Access;

namespace AudioOrleans.Grains.Interfaces.Streams;

/// <summary>A stream as its owner manages it and as others look at it. Key: <see cref="GrainKeys.Stream"/>.</summary>
[Alias("audio.streams.IStreamGrain")]
public interface IStreamGrain : IGrainWithStringKey
{
    /// <summary>Probes the source, keeps the stream and starts to relay it.</summary>
    [Alias("Register"), ResponseTimeout(ResponseTimes.Slow)]
    Task<StreamOutcome> Register(RegisterStream command);

    /// <summary>What the stream is.</summary>
    /// <exception cref="AudioException">NotFound.</exception>
    [AlwaysInterleave, Alias("Get")]
    Task<StreamDetails> Get(Caller caller);

    /// <summary>How the stream is doing.</summary>
    /// <exception cref="AudioException">NotFound.</exception>
    [AlwaysInterleave, Alias("GetStatus")]
    Task<StreamStatus> GetStatus();

    /// <summary>Changes the stream; another source is probed first.</summary>
    /// <exception cref="AudioException">NotFound, Forbidden for others than the owner, or Stale when it has another revision than expected.</exception>
    [Alias("Update"), ResponseTimeout(ResponseTimes.Slow)]
    Task<StreamOutcome> Update(Caller caller, StreamPatch patch);

    /// <summary>Invites these and nobody else, each the id of an account or an e-mail address.</summary>
    /// <returns>What is wrong with one of them; null when nothing is.</returns>
    /// <exception cref="AudioException">NotFound, or Forbidden for others than the owner.</exception>
    [Alias("Invite")]
    Task<FieldProblem?> Invite(Caller caller, ImmutableArray<string> commands);

    /// <summary>Who is invited.</summary>
    /// <exception cref="AudioException">NotFound, or Forbidden for others than the owner.</exception>
    [Alias("GetInvited"), AlwaysInterleave]
    Task<Invitations> GetInvited(Caller caller);

    /// <summary>Ends the relay and forgets the stream.</summary>
    /// <exception cref="AudioException">NotFound, or Forbidden for others than the owner.</exception>
    [Alias("Delete"), ResponseTimeout(ResponseTimes.Slow)]
    Task Delete(Caller caller);
}
