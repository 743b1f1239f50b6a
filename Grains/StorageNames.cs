namespace AudioOrleans.Grains;

/// <summary>The names of grain storages. A state that names none is in the default one, Orleans' AdoNet storage.</summary>
public static class StorageNames
{
    /// <summary>Ours: read models, audit, mail and operations go along in the same transaction.</summary>
    public const string Audio = "audio";
}
