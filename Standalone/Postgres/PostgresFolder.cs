using System.Globalization;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.Standalone.Postgres;

/// <summary>
/// The files of the private PostgreSQL: <c>cluster/</c> (the data), <c>socket/</c> (the only access, closed to other users)
/// and <c>lock</c> (held by the process that runs it). Removes leftovers of a killed run.
/// </summary>
internal sealed class PostgresFolder
{
    /// <summary>PostgreSQL's superuser in the cluster: only our user can reach the socket, so it needs no password.</summary>
    public const string Role = "audio";

    /// <summary>How long a server may take from removing its file to exiting.</summary>
    private static readonly TimeSpan OrphanTimeout = TimeSpan.FromSeconds(1);

    private const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const int LongestSocketPath = 107;
    private static readonly TimeSpan ToolTimeout = TimeSpan.FromMinutes(2);
    private readonly string _folder;
    private readonly TimeProvider _time;
    private string? _shortSockets;

    public PostgresFolder(string folder, TimeProvider time)
    {
        (_folder, _time) = (Path.GetFullPath(folder), time);
        User = Environment.IsPrivilegedProcess ? "postgres" : null;
    }

    /// <summary>The user that runs PostgreSQL if we are root (it refuses root); null for our own.</summary>
    public string? User { get; }

    public string Cluster => Path.Combine(_folder, "cluster");

    /// <summary>The folder of the socket. A long path does not fit into a socket address: then a short one of our own is used.</summary>
    public string Sockets => Path.Combine(_folder, "socket", ".s.PGSQL.5432").Length <= LongestSocketPath
        ? Path.Combine(_folder, "socket")
        : _shortSockets ??= Directory.CreateTempSubdirectory("audio-pg-").FullName;

    /// <summary>The major version that created the cluster, or null if there is none yet.</summary>
    public int? ClusterVersion => File.Exists(Path.Combine(Cluster, "PG_VERSION"))
        ? int.Parse(File.ReadAllText(Path.Combine(Cluster, "PG_VERSION")), CultureInfo.InvariantCulture)
        : null;

    private string PidFile => Path.Combine(Cluster, "postmaster.pid");

    /// <summary>Creates the folders and takes the lock, which the kernel frees even if we are killed.</summary>
    public async Task<FileStream> OpenAsync(CancellationToken cancellationToken)
    {
        if (User is not null && LocalUser.Find(User) is null)
        {
            throw new PrivatePostgresException(
                $"PostgreSQL refuses to run as root and there is no user '{User}'. Install the package 'postgresql', or run as a user.");
        }

        Directory.CreateDirectory(_folder);
        await CheckReachableAsync(cancellationToken);
        var held = TakeLock();
        try
        {
            await MakePrivateAsync(Sockets, cancellationToken);
            return held;
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    /// <summary>Creates the cluster. It gets its final name only when complete, so that a kill in the middle does no harm.</summary>
    public async Task InitializeAsync(PostgresBinaries binaries, bool durable, CancellationToken cancellationToken)
    {
        var unfinished = Path.Combine(_folder, "cluster.new");
        if (Directory.Exists(unfinished))
            Directory.Delete(unfinished, recursive: true);
        await MakePrivateAsync(unfinished, cancellationToken);
        var command = new ProcessCommand(
            binaries.InitDb, "--pgdata", unfinished, "--username", Role, "--encoding", "UTF8", "--locale", "C",
            "--auth-local", "trust", "--auth-host", "reject", durable ? "--data-checksums" : "--no-sync");
        await RunAsync(command, cancellationToken);
        Directory.Move(unfinished, Cluster);
    }

    /// <summary>
    /// Stops leftovers of a killed run: a server that received its death signal and is shutting down, or did not because we died in the
    /// milliseconds before it was set, or its orphans. We hold the lock, so nobody uses them.
    /// </summary>
    public async Task ClearLeftoversAsync(PostgresBinaries binaries, TimeSpan patience, CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        long? orphanedAt = null;
        for (var asked = false; FindProcesses() is { Count: > 0 } processes; asked = true)
        {
            if (FindServer() is not { } server || !processes.Contains(server))
            {
                // Backends without their server only wait for their clients; crash recovery discards what they had not committed.
                // But a stopping server removes its file first, and is then left to finish.
                orphanedAt ??= _time.GetTimestamp();
                if (_time.GetElapsedTime(orphanedAt.Value) > OrphanTimeout)
                    processes.ForEach(orphan => RunningProcess.Kill(orphan));
            }
            else if (!asked)
                await InterruptAsync(binaries, server, cancellationToken);
            if (_time.GetElapsedTime(start) > patience)
            {
                throw new PrivatePostgresException(
                    $"An earlier PostgreSQL (process {processes[0]}) on {Cluster} did not end within {patience.TotalSeconds:0} s.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), _time, cancellationToken);
        }

        // PostgreSQL would refuse to start if an unrelated process happened to have the PID in its old file. Removing it is
        // safe only because no process of this cluster is left.
        File.Delete(PidFile);
        foreach (var socket in Directory.GetFiles(Sockets, ".s.PGSQL.*"))
            File.Delete(socket);
    }

    /// <summary>Removes the short socket folder, if one was needed. The server has exited.</summary>
    public void Close()
    {
        if (_shortSockets is not null)
        {
            Directory.Delete(_shortSockets, recursive: true);
            _shortSockets = null;
        }
    }

    // Every process of a cluster, both server and backends, has the cluster as its working folder.
    private List<int> FindProcesses() =>
        [.. from folder in Directory.GetDirectories("/proc")
            let name = Path.GetFileName(folder)
            where char.IsAsciiDigit(name[0]) && IsOfCluster(folder)
            select int.Parse(name, CultureInfo.InvariantCulture)];

    private bool IsOfCluster(string process)
    {
        try
        {
            return File.ReadAllText(process + "/comm").Trim() == "postgres"
                && new FileInfo(process + "/cwd").LinkTarget == Cluster;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It exited in the meantime, or belongs to a user whose cluster cannot be ours.
            return false;
        }
    }

    private int? FindServer() =>
        File.Exists(PidFile) && int.TryParse(File.ReadLines(PidFile).FirstOrDefault(), CultureInfo.InvariantCulture, out var process)
            ? process : null;

    private FileStream TakeLock()
    {
        try
        {
            return new FileStream(Path.Combine(_folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new PrivatePostgresException($"The database folder {_folder} is in use by another running process.", error);
        }
    }

    private async Task CheckReachableAsync(CancellationToken cancellationToken)
    {
        if (User is null || await PassesAsync(_folder, cancellationToken))
            return;
        var barrier = _folder;
        for (var above = Path.GetDirectoryName(_folder); above is not null && !await PassesAsync(above, cancellationToken);)
            (barrier, above) = (above, Path.GetDirectoryName(above));
        throw new PrivatePostgresException(
            $"The user '{User}' cannot reach the database folder {_folder}: it may not enter {barrier}. "
            + $"Choose another data folder (such as /var/lib/audio), or allow access with: chmod o+x {barrier}");
    }

    private async Task<bool> PassesAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(new ProcessCommand("test", "-x", path), cancellationToken);
            return true;
        }
        catch (ProcessFailedException refused) when (refused.ExitCode == 1)
        {
            return false;
        }
    }

    private async Task InterruptAsync(PostgresBinaries binaries, int server, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(new ProcessCommand(binaries.PgCtl, "kill", "INT", $"{server}"), cancellationToken);
        }
        catch (ProcessFailedException) when (!FindProcesses().Contains(server))
        {
            // It exited before it was asked to.
        }
    }

    private async Task MakePrivateAsync(string path, CancellationToken cancellationToken)
    {
        if (User is null)
        {
            Directory.CreateDirectory(path);
            File.SetUnixFileMode(path, OnlyOwner);
            return;
        }

        var owner = LocalUser.Find(User)!;
        var command = new ProcessCommand("install", "-d", "-m", "0700", "-o", $"{owner.Id}", "-g", $"{owner.GroupId}", path);
        await ProcessRunner.RunAsync(command, ToolTimeout, _time, cancellationToken: cancellationToken);
    }

    private Task<ProcessResult> RunAsync(ProcessCommand command, CancellationToken cancellationToken) =>
        ProcessRunner.RunAsync(
            command with { RunAsUser = User, WorkingDirectory = "/" }, ToolTimeout, _time, cancellationToken: cancellationToken);
}
