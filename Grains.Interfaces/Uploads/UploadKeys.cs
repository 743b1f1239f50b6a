namespace AudioOrleans.Grains.Interfaces.Uploads;

/// <summary>The keys of an upload's objects.</summary>
public static class UploadKeys
{
    /// <summary>Begins the keys of all that belongs to it; ends with a slash.</summary>
    public static string Prefix(Guid ownerId, Guid uploadId) => $"uploads/audio/{ownerId:D}/{uploadId:D}/";

    /// <summary>The file as it was sent.</summary>
    /// <param name="ownerId">The owner's account.</param>
    /// <param name="uploadId">The upload.</param>
    /// <param name="format">What it is: the extension of such files.</param>
    public static string Original(Guid ownerId, Guid uploadId, string format) => $"{Prefix(ownerId, uploadId)}original.{format}";

    /// <summary>The same, where another attempt at sending it has left an object there: what was looked at and accepted is never put over.</summary>
    /// <param name="ownerId">The owner's account.</param>
    /// <param name="uploadId">The upload.</param>
    /// <param name="attemptId">The attempt.</param>
    /// <param name="format">What it is: the extension of such files.</param>
    public static string Original(Guid ownerId, Guid uploadId, Guid attemptId, string format) => $"{Prefix(ownerId, uploadId)}original-{attemptId:N}.{format}";

    /// <summary>The parts of a file that comes in several requests.</summary>
    public static string Parts(Guid ownerId, Guid uploadId) => $"{Prefix(ownerId, uploadId)}parts/";

    /// <summary>One of them.</summary>
    public static string Part(Guid ownerId, Guid uploadId, Guid partId) => $"{Parts(ownerId, uploadId)}{partId:N}";
}
