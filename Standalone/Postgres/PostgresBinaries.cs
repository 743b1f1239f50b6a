using System.Globalization;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.Standalone.Postgres;

/// <summary>An installed PostgreSQL.</summary>
/// <param name="Folder">The folder of its programs.</param>
/// <param name="Version">Its major version.</param>
internal sealed record PostgresBinaries(string Folder, int Version)
{
    private const int OldestVersion = 15;

    public string Postgres => Path.Combine(Folder, "postgres");

    public string PgCtl => Path.Combine(Folder, "pg_ctl");

    public string InitDb => Path.Combine(Folder, "initdb");

    /// <summary>The version that created the cluster if there is one, otherwise the newest.</summary>
    /// <exception cref="PrivatePostgresException">None is suitable; the message names the package.</exception>
    public static async Task<PostgresBinaries> FindAsync(
        int? clusterVersion, TimeProvider time, CancellationToken cancellationToken,
        string debianFolder = "/usr/lib/postgresql", string? path = null)
    {
        var installed = FindDebian(debianFolder).ToList();
        if (installed.Count == 0 && FindInPath(path ?? Environment.GetEnvironmentVariable("PATH") ?? "") is { } folder)
            installed.Add(new PostgresBinaries(folder, await ReadVersionAsync(folder, time, cancellationToken)));
        var versions = installed.Count == 0 ? "none" : string.Join(", ", installed.Select(found => found.Version));
        if (clusterVersion is { } wanted)
        {
            return installed.Find(found => found.Version == wanted) ?? throw new PrivatePostgresException(
                $"The database was created by PostgreSQL {wanted}, which is not installed (found: {versions}). "
                + $"Install the package 'postgresql-{wanted}', or move the data with pg_upgrade.");
        }

        return installed.Where(found => found.Version >= OldestVersion).MaxBy(found => found.Version)
            ?? throw new PrivatePostgresException(
                $"PostgreSQL {OldestVersion} or newer is not installed (found: {versions}). "
                + "Install the package 'postgresql' (apt-get install postgresql), or set a connection string to another server.");
    }

    private static IEnumerable<PostgresBinaries> FindDebian(string folder) =>
        from path in Directory.Exists(folder) ? Directory.GetDirectories(folder) : []
        let programs = Path.Combine(path, "bin")
        where int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out _) && HasPrograms(programs)
        select new PostgresBinaries(programs, int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture));

    private static string? FindInPath(string path) =>
        path.Split(':', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(HasPrograms);

    private static bool HasPrograms(string folder) =>
        File.Exists(Path.Combine(folder, "postgres")) && File.Exists(Path.Combine(folder, "initdb"));

    private static async Task<int> ReadVersionAsync(string folder, TimeProvider time, CancellationToken cancellationToken)
    {
        // "postgres (PostgreSQL) 16.2 (Some packager's words)"
        var command = new ProcessCommand(Path.Combine(folder, "postgres"), "--version");
        var result = await ProcessRunner.RunAsync(command, TimeSpan.FromSeconds(10), time, cancellationToken: cancellationToken);
        var digits = result.Text.SkipWhile(letter => !char.IsAsciiDigit(letter)).TakeWhile(char.IsAsciiDigit).ToArray();
        return int.Parse(digits, CultureInfo.InvariantCulture);
    }
}
