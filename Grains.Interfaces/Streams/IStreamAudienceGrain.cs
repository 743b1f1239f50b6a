namespace AudioOrleans.Grains.Interfaces.Streams;

/// <summary>A stream as the gateways see it, on behalf of its listeners. Key: <see cref="GrainKeys.Stream"/>.</summary>
[Alias("audio.streams.IStreamAudienceGrain")]
public interface IStreamAudienceGrain : IGrainWithStringKey
{
    /// <summary>Who may listen; null when there is no such stream.</summary>
    [AlwaysInterleave, Alias("GetAccess")]
    Task<StreamAccess?> GetAccess();

    /// <summary>Takes a gateway's listener count. A report counts for 30 s.</summary>
    [AlwaysInterleave, Alias("ReportAudience")]
    Task ReportAudience(AudienceReport report);

    /// <summary>Tells the observer of each change from now on, for one minute; subscribe again to go on.</summary>
    /// <returns>How the stream stands now; null when there is no such stream.</returns>
    [AlwaysInterleave, Alias("Subscribe")]
    Task<StreamChange?> Subscribe(IStreamObserver observer);

    /// <summary>Tells the observer no more.</summary>
    [AlwaysInterleave, Alias("Unsubscribe")]
    Task Unsubscribe(IStreamObserver observer);
}
