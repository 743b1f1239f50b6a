namespace AudioOrleans.Testing;

/// <summary>A new folder under the system's temporary folder, which is deleted with its content at the end.</summary>
public sealed class TestFolder : IDisposable
{
    /// <summary>Creates the folder; the name only helps to identify the leftovers of a killed run.</summary>
    public TestFolder(string name = "test") => Path = Directory.CreateTempSubdirectory($"audio-{name}-").FullName;

    /// <summary>The full path of the folder.</summary>
    public string Path { get; }

    /// <summary>A path inside the folder.</summary>
    public string this[string relative] => System.IO.Path.Combine(Path, relative);

    /// <inheritdoc />
    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
