namespace AudioOrleans.Grains.Interfaces.Media;

/// <summary>Where covers are.</summary>
public static class CoverKeys
{
    /// <summary>The grain of a stream, a playlist, a podcast or an upload. Their keys begin with the types of their grains.</summary>
    public static ICoveredGrain Covered(this IGrainFactory grains, string grainKey) =>
        grains.GetGrain<ICoveredGrain>(GrainId.Create(grainKey[..grainKey.IndexOf('/', StringComparison.Ordinal)], grainKey));

    /// <summary>The prefix of all objects of a noun's covers, those of its episodes included; ends with a slash.</summary>
    public static string Prefix(string grainKey) => $"covers/{grainKey}/";

    /// <summary>The prefix of all objects of an episode's covers; ends with a slash.</summary>
    public static string Prefix(string grainKey, Guid episodeId) => $"{Prefix(grainKey)}episodes/{episodeId:D}/";

    /// <summary>The prefix of the pictures of a version; ends with a slash.</summary>
    public static string Folder(string grainKey, Guid? episodeId, Guid version) =>
        $"{(episodeId is { } episode ? Prefix(grainKey, episode) : Prefix(grainKey))}{version:N}/";

    /// <summary>The file that a version is made of, until its pictures are made.</summary>
    public static string Original(string grainKey, Guid? episodeId, Guid version) => $"{Folder(grainKey, episodeId, version)}original";

    /// <summary>The address of a picture. It changes with the cover, so that caches may keep it.</summary>
    /// <param name="address">The address of what the cover belongs to.</param>
    /// <param name="name">The picture, such as <c>600.jpg</c>.</param>
    /// <param name="cover">The cover.</param>
    public static string Address(string address, string name, Cover cover) => $"{address}/cover/{name}?v={cover.Version:N}";
}
