namespace AudioOrleans.Grains.Interfaces.Uploads;

/// <summary>The keys of an upload's objects.</summary>
public static class UploadKeys
{
    /// <summary>The key prefix of all of its objects; ends with a slash.</summary>
    public static string Prefix(Guid ownerId, Guid uploadId) => $"uploads/audio/{ownerId:D}/{uploadId:D}/";

    /// <summary>The file as it was sent.</summary>
    /// <param name="ownerId">The owner's account.</param>
    /// <param name="uploadId">The upload.</param>
    /// <param name="format">Its format, as a file extension.</param>
    public static string Original(Guid ownerId, Guid uploadId, string format) => $"{Prefix(ownerId, uploadId)}original.{format}";

    /// <summary>The same, if another attempt left an object there: an accepted file is never overwritten.</summary>
    /// <param name="ownerId">The owner's account.</param>
    /// <param name="uploadId">The upload.</param>
    /// <param name="attemptId">The attempt.</param>
    /// <param name="format">Its format, as a file extension.</param>
    public static string Original(Guid ownerId, Guid uploadId, Guid attemptId, string format) => $"{Prefix(ownerId, uploadId)}original-{attemptId:N}.{format}";

    /// <summary>The prefix of the parts of a file sent in several requests.</summary>
    public static string Parts(Guid ownerId, Guid uploadId) => $"{Prefix(ownerId, uploadId)}parts/";

    /// <summary>The key of one part.</summary>
    public static string Part(Guid ownerId, Guid uploadId, Guid partId) => $"{Parts(ownerId, uploadId)}{partId:N}";
}
