namespace AudioOrleans.Grains.Interfaces.Streams;

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
