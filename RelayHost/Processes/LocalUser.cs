using System.Globalization;

namespace AudioOrleans.RelayHost.Processes;

/// <summary>A user of this machine, from /etc/passwd.</summary>
/// <param name="Name">The login name.</param>
/// <param name="Id">The numeric user id.</param>
/// <param name="GroupId">The numeric id of the primary group.</param>
/// <param name="Home">The home folder.</param>
public sealed record LocalUser(string Name, int Id, int GroupId, string Home)
{
    /// <summary>Returns the user with that name, or null if this machine has none.</summary>
    public static LocalUser? Find(string name)
    {
        foreach (var line in File.ReadLines("/etc/passwd"))
        {
            // name:password:uid:gid:comment:home:shell
            var fields = line.Split(':');
            if (fields.Length >= 7 && fields[0] == name)
                return new LocalUser(name, Number(fields[2]), Number(fields[3]), fields[5]);
        }

        return null;
    }

    private static int Number(string field) => int.Parse(field, CultureInfo.InvariantCulture);
}
