using System.Reflection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.Runtime;

/// <summary>Finds the grain classes: in assemblies that are loaded or that the application refers to, if they refer to this one.</summary>
internal sealed class ApplicationAssemblies : IConfigureOptions<GrainTypeOptions>
{
    private static readonly string Engine = typeof(ApplicationAssemblies).Assembly.GetName().Name!;

    public void Configure(GrainTypeOptions options)
    {
        foreach (var type in Find().SelectMany(TypesOf))
        {
            if (GrainClass.IsGrainClass(type) && !type.ContainsGenericParameters)
                options.Classes.Add(type);
            else if (type.IsInterface && typeof(IAddressable).IsAssignableFrom(type) && !type.ContainsGenericParameters)
                options.Interfaces.Add(type);
        }
    }

    private static HashSet<Assembly> Find()
    {
        var seen = new HashSet<string>();
        var found = new HashSet<Assembly>();
        var left = new Queue<Assembly>(AppDomain.CurrentDomain.GetAssemblies().Where(assembly => !assembly.IsDynamic));
        while (left.TryDequeue(out var assembly))
        {
            if (!seen.Add(assembly.FullName!))
                continue;
            var references = assembly.GetReferencedAssemblies();
            if (references.Any(reference => reference.Name == Engine))
                found.Add(assembly);
            foreach (var reference in references.Where(reference => !IsFramework(reference.Name!)))
            {
                if (Load(reference) is { } loaded)
                    left.Enqueue(loaded);
            }
        }

        return found;
    }

    private static bool IsFramework(string name) =>
        name is "mscorlib" or "netstandard" || name.StartsWith("System", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal);

    private static Assembly? Load(AssemblyName name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (Exception failure) when (failure is IOException or BadImageFormatException)
        {
            // Something optional that was not shipped holds no grains.
            return null;
        }
    }

    private static Type[] TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException failure)
        {
            return [.. failure.Types.OfType<Type>()];
        }
    }
}
