namespace Audio.Orleans.Contracts.Jobs;

/// <summary>How a queue stands.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Waiting">How many jobs wait, for a worker or for their time.</param>
/// <param name="Running">How many run.</param>
/// <param name="DoneLastHour">How many were done in the last hour.</param>
/// <param name="Dead">How many dead letters there are.</param>
/// <param name="OldestWaiting">For how long the oldest of those that wait does; null when none does.</param>
[GenerateSerializer, Immutable, Alias("audio.jobs.queue-stats")]
public sealed record JobQueueStats(
    [property: Id(0)] string Queue,
    [property: Id(1)] long Waiting,
    [property: Id(2)] long Running,
    [property: Id(3)] long DoneLastHour,
    [property: Id(4)] long Dead,
    [property: Id(5)] TimeSpan? OldestWaiting);
