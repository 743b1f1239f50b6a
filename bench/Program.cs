using AudioOrleans.Bench;
using AudioOrleans.Bench.Load;
using AudioOrleans.Bench.Measuring;

// The load generator is this same program, in a process of its own.
if (args is [ListenerLoad.Command, ..])
    return await ListenerLoad.RunAsync(args[1..]);

IBenchmark[] all =
[
    new FirstAudio(), new Titles(), new LiveRequests(), new Authorization(), new Logins(), new Jobs(), new Uploads(), new PlaylistMp3(), new Podcasts(), new CustomHosts(), new Relays(), new Listeners(), new Hop(),
];
var chosen = args is [var name] ? Array.FindAll(all, benchmark => benchmark.Name == name) : all;
if (chosen.Length == 0)
{
    await Console.Error.WriteLineAsync($"bench: there is no '{args[0]}'; expected one of {string.Join(", ", all.Select(benchmark => benchmark.Name))}");
    return 2;
}

var missed = 0;
Console.WriteLine(Machine.Describe());
foreach (var benchmark in chosen)
{
    Console.WriteLine($"\n## {benchmark.Name}\n{benchmark.What} ({Machine.Now()}; {Machine.Load()})\n");
    var table = new Table();
    await benchmark.RunAsync(table);
    Console.WriteLine(table);
    missed += table.Missed;
}
Console.WriteLine(missed == 0 ? "All targets met." : $"{missed} targets missed.");
return missed == 0 ? 0 : 1;
