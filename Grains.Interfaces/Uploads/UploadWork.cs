namespace Audio.Orleans.Contracts.Uploads;

/// <summary>What a job is to do for an upload.</summary>
/// <param name="Prefix">Begins the keys of all of its objects.</param>
/// <param name="SourceKey">The file to work on.</param>
/// <param name="Format">What it is: the extension of such files.</param>
/// <param name="RenditionsKbps">AAC qualities wanted, in kbit/s.</param>
/// <param name="TargetLufs">The loudness to bring it to, in LUFS; null leaves it.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.work")]
public sealed record UploadWork(
    [property: Id(0)] string Prefix,
    [property: Id(1)] string SourceKey,
    [property: Id(2)] string Format,
    [property: Id(3)] ImmutableArray<int> RenditionsKbps,
    [property: Id(4)] double? TargetLufs);

/// <summary>Which run of a job speaks: what it says counts only while it holds the job.</summary>
/// <param name="JobId">The job.</param>
/// <param name="LeaseToken">The run.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.job-run")]
public sealed record UploadJobRun([property: Id(0)] Guid JobId, [property: Id(1)] Guid LeaseToken);
